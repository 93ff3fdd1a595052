using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Tether.Platform.Windows;

/// <summary>
/// All that CreateProcess is given, laid out before it is called: what takes time or can fail is done while no handle is inheritable.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe class PreparedStart : IDisposable
{
    // Privilege not held; invalid owner, primary group, access list, SID, security descriptor.
    private static readonly int[] SecurityErrors = [1314, 1307, 1308, 1336, 1337, 1338];

    private static readonly Lock Starting = new();

    private readonly WindowsStart _start;
    private readonly HandleList _handles;
    private readonly List<nint> _strings = [];
    private readonly nint* _job = (nint*)NativeMemory.AllocZeroed((nuint)sizeof(nint));
    private readonly char* _application;
    private readonly char* _directory;
    private readonly char* _environment;
    private readonly Kernel32.StartupInfoEx* _startup =
        (Kernel32.StartupInfoEx*)NativeMemory.AllocZeroed((nuint)sizeof(Kernel32.StartupInfoEx));

    private readonly nint _processSecurity;
    private readonly nint _threadSecurity;
    private bool _holdsJob;

    /// <exception cref="ArgumentException">Something cannot be passed on.</exception>
    /// <exception cref="WindowsParameterException">The system does not take a security descriptor.</exception>
    internal PreparedStart(WindowsStart start)
    {
        _start = start;
        start.Validate();
        SafeHandle?[] streams = [start.Input, start.Output, start.Error];
        _handles = HandleList.Take([.. streams.OfType<SafeHandle>(), .. start.Handles]);
        try
        {
            _application = Text(start.Application);
            _directory = Text(start.WorkingDirectory);
            _environment = Text(EnvironmentText.Block(start.Environment, start.Parameters.HandleVariables, start.Handles));
            _processSecurity = Descriptor(start.Parameters.ProcessSecurity, nameof(WindowsStartInfo.ProcessSecurity));
            _threadSecurity = Descriptor(start.Parameters.ThreadSecurity, nameof(WindowsStartInfo.ThreadSecurity));
            FillStartup();
            SetAttributes();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Creates the process. The error, or 0.</summary>
    internal int TryCreate(uint furtherFlags, out Kernel32.ProcessInformation information)
    {
        uint flags = _start.CreationFlags(furtherFlags);
        Kernel32.SecurityAttributes process = new() { Length = (uint)sizeof(Kernel32.SecurityAttributes), Descriptor = _processSecurity };
        Kernel32.SecurityAttributes thread = process with { Descriptor = _threadSecurity };
        // CreateProcessW writes to its command line.
        fixed (char* line = (char[])[.. _start.CommandLine, '\0'])
        fixed (Kernel32.ProcessInformation* result = &information)
        {
            lock (Starting)
            {
                using HandleList.Scope scope = _handles.MakeInheritable();
                return Kernel32.CreateProcess(
                    _application, line, &process, &thread, _handles.Count > 0, flags, _environment, _directory, _startup, result)
                    ? 0
                    : WindowsError.Last();
            }
        }
    }

    /// <summary>What a start that failed is told as.</summary>
    internal Win32Exception Failed(int error)
    {
        string message = $"'{_start.Application}' cannot be started: {WindowsError.Text(error).TrimEnd('.')} (error {error}).";
        string? refused = !SecurityErrors.Contains(error) ? null
            : _start.Parameters.ProcessSecurity is not null ? nameof(WindowsStartInfo.ProcessSecurity)
            : _start.Parameters.ThreadSecurity is not null ? nameof(WindowsStartInfo.ThreadSecurity)
            : null;
        return refused is null ? new Win32Exception(error, message) : new WindowsParameterException(refused, error, message);
    }

    public void Dispose()
    {
        if (_startup->Attributes != null)
        {
            Kernel32.DeleteProcThreadAttributeList(_startup->Attributes);
            NativeMemory.Free(_startup->Attributes);
        }

        if (_holdsJob)
            _start.Job!.Handle.DangerousRelease();

        _strings.ForEach(text => NativeMemory.Free((void*)text));
        NativeMemory.Free(_startup);
        NativeMemory.Free(_job);
        Marshal.FreeHGlobal(_processSecurity);
        Marshal.FreeHGlobal(_threadSecurity);
        _handles.Dispose();
    }

    private void FillStartup()
    {
        Launching.WindowsStartRequest parameters = _start.Parameters;
        _startup->Size = sizeof(Kernel32.StartupInfoEx);
        _startup->Desktop = Text(parameters.Desktop);
        _startup->Title = Text(parameters.Title);
        (_startup->X, _startup->Y) = (parameters.Position.X, parameters.Position.Y);
        (_startup->Width, _startup->Height) = (parameters.Size.Width, parameters.Size.Height);
        (_startup->Columns, _startup->Rows) = (parameters.CountChars.Width, parameters.CountChars.Height);
        _startup->Fill = parameters.FillAttribute;
        _startup->ShowWindow = parameters.ShowWindow;
        _startup->Flags = parameters.StartupFlags;
        // Said also where there is none: else a console program gets copies of our own standard handles, although it inherits nothing.
        _startup->Flags |= Kernel32.STARTF_USESTDHANDLES;
        if (_handles.Count > 0)
        {
            (_startup->Input, _startup->Output, _startup->Error) = (Value(_start.Input), Value(_start.Output), Value(_start.Error));
        }
    }

    private void SetAttributes()
    {
        if (_start.Job is { } job)
        {
            job.Handle.DangerousAddRef(ref _holdsJob);
            *_job = job.Handle.DangerousGetHandle();
        }

        int count = (_handles.Count > 0 ? 1 : 0) + (_holdsJob ? 1 : 0);
        if (count == 0)
            return;

        nuint size = 0;
        Kernel32.InitializeProcThreadAttributeList(null, count, 0, &size);
        void* list = NativeMemory.AllocZeroed(size);
        if (!Kernel32.InitializeProcThreadAttributeList(list, count, 0, &size))
        {
            int error = WindowsError.Last();
            NativeMemory.Free(list);
            throw new Win32Exception(error, $"The attributes of a process cannot be set: {WindowsError.Text(error)} (error {error}).");
        }

        _startup->Attributes = list;
        if (_handles.Count > 0)
            Set(Kernel32.PROC_THREAD_ATTRIBUTE_HANDLE_LIST, _handles.Values, (nuint)(_handles.Count * sizeof(nint)), "list of handles");

        if (_holdsJob)
            Set(Kernel32.PROC_THREAD_ATTRIBUTE_JOB_LIST, _job, (nuint)sizeof(nint), "job");
    }

    private void Set(nuint attribute, void* value, nuint size, string what)
    {
        if (!Kernel32.UpdateProcThreadAttribute(_startup->Attributes, 0, attribute, value, size, null, null))
        {
            int error = WindowsError.Last();
            throw new Win32Exception(error, $"The {what} of a process cannot be set: {WindowsError.Text(error)} (error {error}).");
        }
    }

    private char* Text(string? text)
    {
        if (text is null)
            return null;

        char* copy = (char*)NativeMemory.AllocZeroed((nuint)text.Length + 1, sizeof(char));
        _strings.Add((nint)copy);
        text.CopyTo(new Span<char>(copy, text.Length));
        return copy;
    }

    /// <summary>To be freed by LocalFree, which is what FreeHGlobal is.</summary>
    private static nint Descriptor(string? sddl, string member)
    {
        nint descriptor = 0;
        if (sddl is not null && !Advapi32.ConvertStringSecurityDescriptor(sddl, Advapi32.SDDL_REVISION_1, &descriptor, null))
        {
            int error = WindowsError.Last();
            throw new WindowsParameterException(
                member,
                error,
                $"The {member} '{sddl}' is no security descriptor: {WindowsError.Text(error).TrimEnd('.')} (error {error}).");
        }

        return descriptor;
    }

    private static nint Value(SafeHandle? handle) => handle?.DangerousGetHandle() ?? 0;
}
