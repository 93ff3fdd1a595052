using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Tether.Launching;
using Tether.Platform.Windows;
using Tether.Records;

namespace Tether.Keeper.Platform.Windows;

/// <summary>The program: its record, the pipes of its kept streams, its process and its job.</summary>
[SupportedOSPlatform("windows")]
internal sealed class KeptProgram : IKeptProgram, IDisposable
{
    /// <summary>What a program ends with that its keeper has killed, as shells say it of SIGKILL.</summary>
    private const uint KilledCode = 128 + SignalKill;

    // The numbers of the protocol, which are Linux's.
    private const int SignalKill = 9;
    private const int SignalContinue = 18;
    private const int NoSuchProcess = 3; // ESRCH
    private const int NotPermitted = 1; // EPERM
    private const int NotSupported = 95; // EOPNOTSUPP

    /// <summary>A process that has windows only comes to no console, so it is not waited for longer.</summary>
    private static readonly TimeSpan TimeToReachConsole = TimeSpan.FromSeconds(2);

    private const int TimeBetweenLooks = 10;

    private readonly ProgramJob _job;
    private readonly Queue<uint> _heldSignals = [];
    private long _heldSince;
    private bool _isKilled;

    private KeptProgram(KeeperRecord record, WindowsProcess process, ProgramJob job, ProgramStreams streams)
    {
        Record = record;
        Process = process;
        _job = job;
        Input = streams.Input;
        Outputs = streams.Outputs;
    }

    internal KeeperRecord Record { get; }

    internal WindowsProcess Process { get; }

    /// <summary>The keeper's end of its standard input; null when it is not kept, and once it is closed.</summary>
    internal InputPipe? Input { get; private set; }

    /// <summary>The keeper's ends of stdout and stderr; null for one that is not kept.</summary>
    internal IReadOnlyList<OutputPipe?> Outputs { get; }

    public bool IsWritingInput => Input is { IsWriting: true };

    public string SignalAdvice =>
        "Windows has INT (Ctrl+C), QUIT (Ctrl+Break), TERM (closes its windows, and Ctrl+C) and KILL only. Use one of these.";

    public bool HasProcesses => _job.Processes.Count > 0;

    /// <summary>The job's messages are not promised.</summary>
    public bool TellsProcessEnds => false;

    /// <summary>Makes the record and starts the program. On failure nothing is left.</summary>
    /// <exception cref="StartFailedException">The program was not started.</exception>
    internal static KeptProgram Start(StartRequest request, StartChannel channel, CompletionPort port)
    {
        KeeperRecord record = KeeperRecord.Create(request, channel.Launcher);
        try
        {
            return Start(record, request, channel.Handles, port);
        }
        catch (StartFailedException)
        {
            record.Discard();
            throw;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or Win32Exception)
        {
            record.Discard();
            throw error is Win32Exception native
                ? new StartFailedException(StartFailure.Other, native.NativeErrorCode, native.Message.TrimEnd('.'), native)
                : StartFailures.OfRecord(error);
        }
    }

    public int WriteInput(ReadOnlySpan<byte> bytes) => Input?.Write(bytes) ?? -1;

    /// <summary>A write that waits is told when it has ended.</summary>
    public void WatchInput(bool writable)
    {
    }

    public void CloseInput()
    {
        Input?.Dispose();
        Input = null;
    }

    public void PauseOutput(OutputStream stream, bool paused)
    {
        if (!paused)
        {
            Outputs[(int)stream - 1]?.Read();
        }
    }

    /// <summary>The console's signals reach all that share it, so only killing tells the program from its tree.</summary>
    public int Signal(int signal, bool tree)
    {
        try
        {
            if (signal == ConsoleSignals.Terminate)
            {
                ProgramWindows.Close(tree ? _job.Processes : [Process.ProcessId]);
            }

            if (ConsoleSignals.EventOf(signal) is { } console)
            {
                return Send(console);
            }

            switch (signal)
            {
                case SignalKill:
                    _isKilled = true;
                    Kill(tree);
                    return 0;
                case SignalContinue:
                    // Nothing is ever stopped, so all of it runs on.
                    return 0;
                default:
                    return NotSupported;
            }
        }
        catch (Win32Exception)
        {
            return NotPermitted;
        }
    }

    /// <summary>When <see cref="SendHeldSignals"/> is to be called next, in milliseconds; -1 when nothing is held.</summary>
    internal int MillisecondsToLook => _heldSignals.Count > 0 ? TimeBetweenLooks : -1;

    internal void SendHeldSignals()
    {
        // No longer in any case: the clock that tells the processes' age may have been set.
        while (_heldSignals.Count > 0 && (IsReached || Environment.TickCount64 - _heldSince >= TimeToReachConsole.TotalMilliseconds))
        {
            ConsoleSignals.Generate(_heldSignals.Dequeue());
        }
    }

    public void WriteExit(ExitFile exit)
    {
        try
        {
            Record.WriteExit(exit);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The directory was removed, or its disk is broken. Those who are attached are told all the same; for others the program is
            // lost.
        }
    }

    /// <summary>How the program has ended.</summary>
    internal ExitFile ReadExit()
    {
        uint code = Process.WaitForExit(Timeout.InfiniteTimeSpan)!.Value;
        bool wasKilled = _isKilled && code == KilledCode;
        return new ExitFile
        {
            Code = unchecked((int)code),
            Signal = wasKilled ? Signals.NameOf(SignalKill) : null,
            SignalNumber = wasKilled ? SignalKill : 0,
            StatusName = NtStatus.Name(code),
            Time = DateTimeOffset.UtcNow,
        };
    }

    public void Dispose()
    {
        Input?.Dispose();
        Outputs[0]?.Dispose();
        Outputs[1]?.Dispose();
        _job.Dispose();
        Process.Dispose();
        Record.Dispose();
    }

    private static KeptProgram Start(KeeperRecord record, StartRequest request, IReadOnlyList<SafeHandle> passedOn, CompletionPort port)
    {
        // What it holds for the program is let go of right after the start, with everything that was passed on.
        using ProgramStreams streams = ProgramStreams.Open(request.Streams, passedOn);
        ProgramJob? job = null;
        WindowsProcess? process = null;
        try
        {
            job = new ProgramJob(port, EventLoop.JobKey, request.Windows is { AllowBreakaway: true });
            process = Create(request, streams, job);
            streams.EmptyFiles();
            streams.CloseUnkept(record.Journal);
            record.WriteStarted(process.ProcessId, process.StartTime);
            process.Resume();
            if (request.Lifetime != ProcessLifetime.TiedToLauncher)
            {
                job.LetLive();
            }

            return new KeptProgram(record, process, job, streams);
        }
        catch
        {
            // The job takes the program with it: one that cannot be found again must not run.
            job?.Dispose();
            process?.Dispose();
            streams.Undo();
            throw;
        }
    }

    private static WindowsProcess Create(StartRequest request, ProgramStreams streams, ProgramJob job)
    {
        string program = WideString.Decode(request.Program);
        string directory = WideString.Decode(request.WorkingDirectory);
        WindowsStartRequest parameters = request.Windows ?? new WindowsStartRequest();
        WindowsCommandLine commandLine =
            WindowsCommandLine.Of(program, [.. request.Arguments.Select(WideString.Decode)], parameters.CommandLine);
        try
        {
            WindowsProcess process = WindowsProcess.Start(new WindowsStart
            {
                Application = commandLine.Application,
                CommandLine = commandLine.Text,
                WorkingDirectory = directory,
                Environment = WindowsEnvironment.Decode(request.Environment),
                Input = streams.Standard[0],
                Output = streams.Standard[1],
                Error = streams.Standard[2],
                Handles = streams.Further,
                Parameters = parameters,
                Flags = Kernel32.CREATE_SUSPENDED,
                Job = job.Job,
            });
            RequireThatClientsCanTellIt(process, parameters);
            return process;
        }
        catch (WindowsParameterException error)
        {
            throw new StartFailedException(StartFailure.ParameterRefused, error.NativeErrorCode, error.Message.TrimEnd('.'), error)
            {
                Parameter = error.Parameter,
            };
        }
        catch (Win32Exception error)
        {
            throw StartFailures.OfStart(error, program, directory);
        }
    }

    /// <summary>
    /// A client tells the program from a later process with its number by its start time. Tried rather than read out of the list, as what a
    /// list allows depends on the token too.
    /// </summary>
    private static void RequireThatClientsCanTellIt(WindowsProcess process, WindowsStartRequest parameters)
    {
        if (parameters.ProcessSecurity is null || ProcessIdentity.IsAlive(process.ProcessId, process.StartTime))
        {
            return;
        }

        process.Dispose();
        throw new StartFailedException(
            StartFailure.ParameterRefused,
            WindowsError.AccessDenied,
            $"ProcessSecurity is '{parameters.ProcessSecurity}', which keeps this user from looking at the program's start time and from waiting "
            + "for its end, by which clients tell it from a later process with its number. Allow 0x101000 "
            + "(PROCESS_QUERY_LIMITED_INFORMATION and SYNCHRONIZE) to this user")
        {
            Parameter = nameof(WindowsStartInfo.ProcessSecurity),
        };
    }

    /// <summary>Whether all that come from the program have come to the console, those of a certain age excepted.</summary>
    private bool IsReached
    {
        get
        {
            long young = (DateTime.UtcNow - TimeToReachConsole).ToFileTimeUtc();
            HashSet<int> reached = ConsoleSignals.Processes();
            return _job.Processes.All(id => reached.Contains(id) || ProcessIdentity.StartTimeOf(id) is not { } start || start < young);
        }
    }

    /// <summary>
    /// What has only just been started has not come to the console yet, and would never hear of a signal: it is held until then.
    /// </summary>
    private int Send(uint kind)
    {
        if (_heldSignals.Count == 0 && IsReached)
        {
            return Errno(ConsoleSignals.Generate(kind));
        }

        if (_heldSignals.Count == 0)
        {
            _heldSince = Environment.TickCount64;
        }

        _heldSignals.Enqueue(kind);
        return 0;
    }

    private void Kill(bool tree)
    {
        if (tree)
        {
            _job.Kill(KilledCode);
        }
        else
        {
            Process.Terminate(KilledCode);
        }
    }

    private static int Errno(int error) => error == 0 ? 0 : error == WindowsError.InvalidHandle ? NoSuchProcess : NotPermitted;
}
