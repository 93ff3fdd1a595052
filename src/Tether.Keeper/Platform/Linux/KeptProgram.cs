using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Tether.Launching;
using Tether.Platform.Linux;
using Tether.Records;

namespace Tether.Keeper.Platform.Linux;

/// <summary>
/// The program: its record, its three FIFOs, its processes. The program's side holds stdout and stderr open for reading and writing, so
/// that it gets no SIGPIPE when its keeper is killed (fifo(7)); end of file still arrives when the last holder is gone, as the keeper only
/// reads. Every process that comes from the program stays below the keeper, which is their subreaper (prctl(2)).
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class KeptProgram : IKeptProgram, IDisposable
{
    private SafeFileHandle? _input;

    private KeptProgram(KeeperRecord record, int pid, SafeFileHandle input, SafeFileHandle output, SafeFileHandle error)
    {
        Record = record;
        ProcessId = pid;
        _input = input;
        StandardOutput = output;
        StandardError = error;
    }

    internal KeeperRecord Record { get; }

    internal int ProcessId { get; }

    internal SafeFileHandle? Input => _input;

    internal SafeFileHandle StandardOutput { get; }

    internal SafeFileHandle StandardError { get; }

    /// <summary>What the event loop does for the session.</summary>
    internal EventLoop? Loop { get; set; }

    /// <summary>True once the program itself was reaped: its PID may be a stranger's from then on.</summary>
    internal bool HasEnded { get; private set; }

    public bool HasProcesses
    {
        get
        {
            const int noWait = 0x01000000; // WNOWAIT: only look
            unsafe
            {
                Libc.ChildStatus status = default;
                return Libc.WaitId(Libc.P_ALL, 0, &status, Libc.WEXITED | Libc.WNOHANG | noWait) == 0 || Errno.Last() != Errno.ECHILD;
            }
        }
    }

    /// <summary>Makes the record, claims its name, starts the program. On failure nothing is left.</summary>
    /// <exception cref="StartFailedException">The program was not started.</exception>
    internal static KeptProgram Start(StartRequest request)
    {
        if (Libc.Prctl(Libc.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0)
        {
            int errno = Errno.Last();
            throw new StartFailedException(StartFailure.Other, errno, $"prctl(PR_SET_CHILD_SUBREAPER) failed: {Errno.Text(errno)}");
        }

        KeeperRecord record = KeeperRecord.Create(request);
        record.Claim(request.Home);
        try
        {
            return Spawn(record, request);
        }
        catch (StartFailedException)
        {
            record.Discard();
            throw;
        }
        catch (IOException error)
        {
            record.Discard();
            throw StartFailures.OfRecord(error);
        }
    }

    /// <summary>Takes the status of every process that has ended. Returns the program's own, when it is among them.</summary>
    internal unsafe ExitFile? Reap(out bool any)
    {
        ExitFile? ended = null;
        any = false;
        while (true)
        {
            Libc.ChildStatus status = default;
            if (Libc.WaitId(Libc.P_ALL, 0, &status, Libc.WEXITED | Libc.WNOHANG) != 0 || status.ProcessId == 0)
            {
                return ended;
            }

            any = true;
            if (status.ProcessId == ProcessId && !HasEnded)
            {
                HasEnded = true;
                ended = ToExit(status);
            }
        }
    }

    public unsafe int WriteInput(ReadOnlySpan<byte> bytes)
    {
        if (_input is null)
        {
            return -1;
        }

        fixed (byte* start = bytes)
        {
            while (true)
            {
                nint written = Libc.Write(_input, start, bytes.Length);
                if (written >= 0)
                {
                    return (int)written;
                }

                switch (Errno.Last())
                {
                    case Errno.EINTR:
                        continue;
                    case Errno.EAGAIN:
                        return 0;
                    default:
                        return -1;
                }
            }
        }
    }

    public void WatchInput(bool writable) => Loop!.WatchInput(writable);

    public void CloseInput()
    {
        if (_input is { } input)
        {
            _input = null;
            Loop!.Forget(input);
            input.Dispose();
        }
    }

    public void PauseOutput(OutputStream stream, bool paused) => Loop!.PauseOutput(stream, paused);

    public int Signal(int signal, bool tree)
    {
        if (tree)
        {
            ProcessTree.Signal(Environment.ProcessId, signal);
            return 0;
        }

        // Before it is reaped, its PID is certainly the program's: the keeper alone reaps it, on this thread.
        return HasEnded ? Errno.ESRCH : Libc.Kill(ProcessId, signal) == 0 ? 0 : Errno.Last();
    }

    public void WriteExit(ExitFile exit)
    {
        try
        {
            Record.WriteExit(exit);
        }
        catch (IOException)
        {
            // The directory was removed, or its disk is broken. Those who are attached are told all the same; for others the program is lost.
        }
    }

    public void Dispose()
    {
        _input?.Dispose();
        StandardOutput.Dispose();
        StandardError.Dispose();
        Record.Dispose();
    }

    private static KeptProgram Spawn(KeeperRecord record, StartRequest request)
    {
        string Fifo(string name) => Path.Combine(record.Directory, name);
        const int reading = Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_CLOEXEC | Libc.O_NOCTTY;
        using SafeFileHandle programInput = OpenBlocking(Fifo(RecordPaths.StandardInputFifo));
        SafeFileHandle input = Open(Fifo(RecordPaths.StandardInputFifo), Libc.O_WRONLY | Libc.O_NONBLOCK | Libc.O_CLOEXEC | Libc.O_NOCTTY);
        SafeFileHandle output = Open(Fifo(RecordPaths.StandardOutputFifo), reading);
        SafeFileHandle error = Open(Fifo(RecordPaths.StandardErrorFifo), reading);
        using SafeFileHandle programOutput = Open(Fifo(RecordPaths.StandardOutputFifo), Libc.O_RDWR | Libc.O_CLOEXEC | Libc.O_NOCTTY);
        using SafeFileHandle programError = Open(Fifo(RecordPaths.StandardErrorFifo), Libc.O_RDWR | Libc.O_CLOEXEC | Libc.O_NOCTTY);
        PosixSpawn spawn = new()
        {
            Path = request.Program,
            Arguments = request.Arguments,
            Environment = request.Environment,
            WorkingDirectory = request.WorkingDirectory,
            Descriptors = [programInput, programOutput, programError],
            // A runtime raises its own soft limit at start; the program gets the launcher's.
            DescriptorLimit = request.DescriptorLimit,
        };
        int errno = spawn.Start(out int pid);
        if (errno != 0)
        {
            throw StartFailures.OfSpawn(errno, Encoding.UTF8.GetString(request.Program), Encoding.UTF8.GetString(request.WorkingDirectory));
        }

        KeptProgram started = new(record, pid, input, output, error);
        try
        {
            record.WriteStarted(pid, DateTimeOffset.UtcNow);
            return started;
        }
        catch (IOException)
        {
            // No space for its identity, or no descriptor left: a program that cannot be found again must not run.
            started.EndAll();
            throw;
        }
    }

    /// <summary>Kills until nothing below the keeper is left: what a killed process had started meanwhile becomes the keeper's child.</summary>
    private unsafe void EndAll()
    {
        Libc.ChildStatus status = default;
        do
        {
            HasEnded |= status.ProcessId == ProcessId;
            Signal(Libc.SIGKILL, tree: true);
        }
        while (Libc.WaitId(Libc.P_ALL, 0, &status, Libc.WEXITED) == 0 || Errno.Last() != Errno.ECHILD);
    }

    /// <summary>
    /// The reading end of the program's input, blocking as a program expects it. Opening it so would wait for a writer, so it is opened
    /// without waiting and then set back; its file description is the program's alone.
    /// </summary>
    private static SafeFileHandle OpenBlocking(string fifo)
    {
        SafeFileHandle file = Open(fifo, Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_CLOEXEC | Libc.O_NOCTTY);
        return Libc.Fcntl(file, Libc.F_SETFL, 0) == 0 ? file : throw Errno.Failed("fcntl(F_SETFL)", fifo);
    }

    private static SafeFileHandle Open(string path, int flags)
    {
        SafeFileHandle file = Libc.Open(path, flags, 0);
        return file.IsInvalid ? throw Errno.Failed("open", path) : file;
    }

    private static ExitFile ToExit(Libc.ChildStatus status)
    {
        bool bySignal = status.Code is Libc.CLD_KILLED or Libc.CLD_DUMPED;
        return new ExitFile
        {
            Code = bySignal ? 128 + status.Status : status.Status,
            Signal = bySignal ? Signals.NameOf(status.Status) : null,
            SignalNumber = bySignal ? status.Status : 0,
            CoreDumped = status.Code == Libc.CLD_DUMPED,
            Time = DateTimeOffset.UtcNow,
        };
    }
}
