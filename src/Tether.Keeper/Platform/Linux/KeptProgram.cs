using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Tether.Journal;
using Tether.Launching;
using Tether.Platform.Linux;
using Tether.Records;

namespace Tether.Keeper.Platform.Linux;

/// <summary>
/// The program: its record, the FIFOs of its kept streams, its processes. The program's side holds stdout and stderr open for reading and writing, so
/// that it gets no SIGPIPE when its keeper is killed (fifo(7)), and what it writes waits in the kernel for the next keeper; end of file still
/// arrives when the last holder is gone, as a keeper only reads.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class KeptProgram : IKeptProgram, IDisposable
{
    private SafeFileHandle? _input;

    private KeptProgram(KeeperRecord record, ProgramProcesses processes, SafeFileHandle? input, OutputPipe?[] outputs)
    {
        Record = record;
        Processes = processes;
        _input = input;
        Outputs = outputs;
    }

    internal KeeperRecord Record { get; }

    internal ProgramProcesses Processes { get; }

    /// <summary>The writing end of its standard input; null when it is not kept, and once it is closed.</summary>
    internal SafeFileHandle? Input => _input;

    /// <summary>The reading ends of stdout and stderr; null for one that is not kept, or has ended already.</summary>
    internal IReadOnlyList<OutputPipe?> Outputs { get; }

    /// <summary>What the event loop does for the session.</summary>
    internal EventLoop? Loop { get; set; }

    /// <summary>A write to a FIFO that does not wait takes at once what it takes.</summary>
    public bool IsWritingInput => false;

    public string SignalAdvice => "Use another signal.";

    public bool HasProcesses => Processes.Any;

    public bool TellsProcessEnds => Processes.TellsEnds;

    /// <summary>Makes the record, claims its name, starts the program. On failure nothing is left.</summary>
    /// <exception cref="StartFailedException">The program was not started.</exception>
    internal static KeptProgram Start(StartRequest request, int launcher, IReadOnlyList<SafeFileHandle> passedOn)
    {
        if (Libc.Prctl(Libc.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0)
        {
            int errno = Errno.Last();
            throw new StartFailedException(StartFailure.Other, errno, $"prctl(PR_SET_CHILD_SUBREAPER) failed: {Errno.Text(errno)}");
        }

        ProcessTree.ReserveDescriptors();
        KeeperRecord record = KeeperRecord.Create(request, launcher);
        record.Claim(request.Home);
        try
        {
            FaultPoint.Reach("name-claimed");
            return Spawn(record, request, passedOn);
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

    /// <summary>Takes over a program whose keeper was killed: its FIFOs are opened again, and its record says who keeps it now.</summary>
    /// <exception cref="StartFailedException">Somebody else keeps it, or there is nothing to keep.</exception>
    internal static KeptProgram Adopt(AdoptRequest request)
    {
        ProcessTree.ReserveDescriptors();
        KeeperRecord? record = null;
        try
        {
            record = KeeperRecord.Open(request);
            AdoptedProcesses processes = new(record.File, record.Directory);
            JournalPositions input = record.Journal.Input;
            SafeFileHandle? inputFifo = input.IsOpen ? Fifo.Reopen(record.PathOf(RecordPaths.StandardInputFifo), Libc.O_WRONLY, record.File.ProcessId) : null;
            OutputPipe?[] outputs =
            [
                OutputPipe.Reopen(record, OutputStream.StandardOutput, record.Journal.StandardOutput),
                OutputPipe.Reopen(record, OutputStream.StandardError, record.Journal.StandardError),
            ];
            FaultPoint.Reach("adopt-opened");
            record.WriteAdopted();
            FaultPoint.Reach("adopted");
            return new KeptProgram(record, processes, inputFifo, outputs);
        }
        catch (IOException error)
        {
            record?.Dispose();
            throw StartFailures.OfRecord(error);
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
            FaultPoint.Reach("input-offered");
            while (true)
            {
                nint written = Libc.Write(_input, start, bytes.Length);
                if (written >= 0)
                {
                    FaultPoint.Reach("input-written");
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

    public int Signal(int signal, bool tree) => tree ? Processes.SignalTree(signal) : Processes.Signal(signal);

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
        foreach (OutputPipe? output in Outputs)
        {
            output?.Dispose();
        }

        Processes.Dispose();
        Record.Dispose();
    }

    private static KeptProgram Spawn(KeeperRecord record, StartRequest request, IReadOnlyList<SafeFileHandle> passedOn)
    {
        // What it holds for the program is let go of right after the start, with everything that was passed on.
        using ProgramStreams streams = ProgramStreams.Open(request, record, passedOn);
        PosixSpawn spawn = new()
        {
            Path = request.Program,
            Arguments = request.Arguments,
            Environment = request.Environment,
            WorkingDirectory = request.WorkingDirectory,
            Descriptors = streams.Standard,
            FurtherDescriptors = streams.Further,
            // A runtime raises its own soft limit at start; the program gets the launcher's.
            DescriptorLimit = request.DescriptorLimit,
        };
        int pid;
        int errno = request.Unix is null ? spawn.Start(out pid) : StagedSpawn.Start(spawn, request, record.Directory, out pid);
        if (errno != 0)
        {
            streams.Undo();
            throw StartFailures.OfSpawn(errno, Encoding.UTF8.GetString(request.Program), Encoding.UTF8.GetString(request.WorkingDirectory));
        }

        ChildProcesses processes = new(pid);
        try
        {
            FaultPoint.Reach("spawned");
            streams.CloseUnkept(record.Journal);
            record.WriteStarted(pid, DateTimeOffset.UtcNow);
            return new KeptProgram(record, processes, streams.Input, streams.Outputs);
        }
        catch (IOException)
        {
            // No space for its identity, or no descriptor left: a program that cannot be found again must not run.
            processes.EndAll();
            streams.Undo();
            throw;
        }
    }
}
