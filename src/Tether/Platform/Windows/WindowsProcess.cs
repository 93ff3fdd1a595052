using System.Buffers;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Windows;

/// <summary>
/// A process that was started with exactly the handles that were given. With none, CreateProcess is told to pass nothing on; else it gets a
/// list, and what is not on the list is not passed on, whoever made it inheritable.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe class WindowsProcess : IDisposable
{
    private static readonly Lock Starting = new();

    private nint _thread;

    private WindowsProcess(Kernel32.ProcessInformation information, bool leftJob, bool isSuspended)
    {
        Handle = new SafeProcessHandle(information.Process, ownsHandle: true);
        ProcessId = information.ProcessId;
        LeftJob = leftJob;
        _thread = information.Thread;
        if (!isSuspended)
            CloseThread();
    }

    internal SafeProcessHandle Handle { get; }

    internal int ProcessId { get; }

    /// <summary>False when it stays in the starter's job, which does not allow to leave it.</summary>
    internal bool LeftJob { get; }

    /// <summary>When it started, as a FILETIME: with the process id, its identity.</summary>
    internal long StartTime
    {
        get
        {
            long creation, exit, kernel, user;
            return Kernel32.GetProcessTimes(Handle, &creation, &exit, &kernel, &user)
                ? creation
                : throw new Win32Exception(WindowsError.Last(), $"The start time of process {ProcessId} cannot be read.");
        }
    }

    /// <exception cref="ArgumentException">Something cannot be passed on.</exception>
    /// <exception cref="Win32Exception">The system does not start it.</exception>
    internal static WindowsProcess Start(WindowsStart start)
    {
        Validate(start);
        SafeHandle?[] streams = [start.Input, start.Output, start.Error];
        lock (Starting)
        {
            using HandleList handles = HandleList.Take([.. streams.OfType<SafeHandle>(), .. start.Handles]);
            int error = WindowsError.AccessDenied;
            WindowsProcess? process = start.LeaveJob ? TryStart(start, handles, Kernel32.CREATE_BREAKAWAY_FROM_JOB, out error) : null;

            // A job that forbids to leave it denies access; it is better to run inside of it, and to say so, than not at all.
            if (process is null && error == WindowsError.AccessDenied)
                process = TryStart(start, handles, 0, out error);

            return process ?? throw new Win32Exception(error,
                $"'{start.Application}' cannot be started: {WindowsError.Text(error).TrimEnd('.')} (error {error}).");
        }
    }

    internal void Resume()
    {
        if (_thread != 0 && Kernel32.ResumeThread(_thread) == uint.MaxValue)
            throw new Win32Exception(WindowsError.Last(), $"Process {ProcessId} cannot be resumed.");

        CloseThread();
    }

    /// <summary>The exit code, or null when the time-out ran out. 259 is an exit code as any other.</summary>
    internal uint? WaitForExit(TimeSpan timeout)
    {
        uint code;
        return Kernel32.WaitForSingleObject(Handle, unchecked((uint)LocalTimeout.Milliseconds(timeout))) != 0 ? null
            : Kernel32.GetExitCodeProcess(Handle, &code) ? code
            : throw new Win32Exception(WindowsError.Last(), $"The exit code of process {ProcessId} cannot be read.");
    }

    internal void Terminate(uint exitCode)
    {
        if (!Kernel32.TerminateProcess(Handle, exitCode) && WaitForExit(TimeSpan.Zero) is null)
            throw new Win32Exception(WindowsError.Last(), $"Process {ProcessId} cannot be ended.");
    }

    internal bool IsInJob()
    {
        int result;
        return Kernel32.IsProcessInJob(Handle, 0, &result) ? result != 0 : throw new Win32Exception(WindowsError.Last());
    }

    public void Dispose()
    {
        CloseThread();
        Handle.Dispose();
    }

    private static void Validate(WindowsStart start)
    {
        if (start.CommandLine.Contains('\0') || start.CommandLine.Length >= WindowsArguments.Longest)
            throw new ArgumentException($"The command line has a NUL character or more than {WindowsArguments.Longest - 1} characters.");

        if (start.Application.Contains('\0') || start.WorkingDirectory?.Contains('\0') == true)
            throw new ArgumentException("The program's path or its working directory has a NUL character.");

        const uint Known = Kernel32.CREATE_SUSPENDED | Kernel32.DETACHED_PROCESS | Kernel32.CREATE_NO_WINDOW
            | Kernel32.CREATE_NEW_PROCESS_GROUP;
        if ((start.Flags & ~Known) != 0)
            throw new ArgumentException($"The flags {start.Flags & ~Known:x} are this class's own to set.");

        if ((start.Flags & Kernel32.DETACHED_PROCESS) != 0 && (start.Flags & Kernel32.CREATE_NO_WINDOW) != 0)
            throw new ArgumentException("DETACHED_PROCESS (no console) and CREATE_NO_WINDOW (a console without a window) exclude each other.");
    }

    private static WindowsProcess? TryStart(WindowsStart start, HandleList handles, uint breakaway, out int error)
    {
        // CreateProcessW writes to its command line.
        char[] commandLine = [.. start.CommandLine, '\0'];
        string? environment = start.Environment is { } variables ? EnvironmentBlock(variables) : null;
        byte* list = stackalloc byte[256];
        nint job = start.Job?.Handle.DangerousGetHandle() ?? 0;
        int attributes = (handles.Values.Length > 0 ? 1 : 0) + (job != 0 ? 1 : 0);
        Kernel32.StartupInfoEx startup = new() { Size = sizeof(Kernel32.StartupInfoEx) };
        fixed (nint* values = handles.Values)
        fixed (char* application = start.Application, line = commandLine, directory = start.WorkingDirectory, block = environment)
        {
            try
            {
                if (attributes > 0)
                {
                    nuint size = 256;
                    Require(Kernel32.InitializeProcThreadAttributeList(list, attributes, 0, &size));
                    startup.Attributes = list;
                }

                if (handles.Values.Length > 0)
                {
                    Require(Kernel32.UpdateProcThreadAttribute(list, 0, Kernel32.PROC_THREAD_ATTRIBUTE_HANDLE_LIST,
                        values, (nuint)(handles.Values.Length * sizeof(nint)), null, null));
                    startup.Flags |= Kernel32.STARTF_USESTDHANDLES;
                    (startup.Input, startup.Output, startup.Error) = (Value(start.Input), Value(start.Output), Value(start.Error));
                }

                if (job != 0)
                {
                    Require(Kernel32.UpdateProcThreadAttribute(
                        list, 0, Kernel32.PROC_THREAD_ATTRIBUTE_JOB_LIST, &job, (nuint)sizeof(nint), null, null));
                }

                uint flags = start.Flags | breakaway | Kernel32.CREATE_UNICODE_ENVIRONMENT | Kernel32.EXTENDED_STARTUPINFO_PRESENT;
                Kernel32.ProcessInformation information;
                bool started = Kernel32.CreateProcess(
                    application, line, null, null, handles.Values.Length > 0, flags, block, directory, &startup, &information);
                error = started ? 0 : WindowsError.Last();
                bool isSuspended = (start.Flags & Kernel32.CREATE_SUSPENDED) != 0;
                return started ? new WindowsProcess(information, breakaway != 0, isSuspended) : null;
            }
            finally
            {
                if (startup.Attributes != null)
                    Kernel32.DeleteProcThreadAttributeList(list);
            }
        }
    }

    private static nint Value(SafeHandle? handle) => handle?.DangerousGetHandle() ?? 0;

    private static void Require(bool success)
    {
        if (!success)
            throw new Win32Exception(WindowsError.Last(), "The attributes of a process cannot be set.");
    }

    /// <summary>Sorted without regard to case, as Windows wants it, and ended by an empty string.</summary>
    private static string EnvironmentBlock(IReadOnlyDictionary<string, string> variables)
    {
        StringBuilder block = new();
        foreach ((string name, string value) in variables.OrderBy(variable => variable.Key, StringComparer.OrdinalIgnoreCase))
        {
            // A name may begin with '=' (=C:, the directory of a drive), and have none after that.
            if (name.Length == 0 || name.IndexOf('=', 1) >= 0 || name.Contains('\0') || value.Contains('\0'))
                throw new ArgumentException($"The environment variable '{name}' has an empty name, or a '=' or NUL character where there can be none.");

            block.Append(name).Append('=').Append(value).Append('\0');
        }

        return block.Append('\0').ToString();
    }

    private void CloseThread()
    {
        if (Interlocked.Exchange(ref _thread, 0) is var thread and not 0)
            Kernel32.CloseHandle(thread);
    }
}
