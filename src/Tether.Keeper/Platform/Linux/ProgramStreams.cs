using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Launching;
using Tether.Platform.Linux;
using Tether.Records;

namespace Tether.Keeper.Platform.Linux;

/// <summary>
/// The descriptors of a program that is about to be started, and the keeper's ends of those streams that it keeps. The program's side is
/// the
/// program's alone: after the start the keeper lets go of it (<see cref="Dispose"/>), so that a file, a port or a pipe is free when the
/// program closes it.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class ProgramStreams : IDisposable
{
    private readonly StreamPlan _plan;
    private readonly List<SafeFileHandle> _programs;
    private readonly List<RedirectedFile> _files = [];

    private ProgramStreams(StreamPlan plan, IReadOnlyList<SafeFileHandle> passedOn)
    {
        _plan = plan;
        _programs = [.. passedOn];
    }

    /// <summary>The keeper's end of a kept input; null when it is not kept.</summary>
    internal SafeFileHandle? Input { get; private set; }

    /// <summary>The keeper's ends of stdout and stderr; null for one that is not kept.</summary>
    internal OutputPipe?[] Outputs { get; } = [null, null];

    /// <summary>The program's descriptors 0, 1 and 2; null stands for the null device.</summary>
    internal IReadOnlyList<SafeHandle?> Standard { get; private set; } = [];

    /// <summary>The program's further descriptors, by ascending number.</summary>
    internal IReadOnlyList<(int Number, SafeHandle Source)> Further { get; private set; } = [];

    /// <summary>Opens everything. Files are emptied last, when nothing is left to fail but the execution itself.</summary>
    /// <exception cref="StartFailedException">Something cannot be opened; no file was made or emptied.</exception>
    internal static ProgramStreams Open(StartRequest request, KeeperRecord record, IReadOnlyList<SafeFileHandle> passedOn)
    {
        ProgramStreams streams = new(request.Streams, passedOn);
        try
        {
            streams.Open(record, new Queue<SafeFileHandle>(passedOn));
            streams.EmptyFiles(request);
            return streams;
        }
        catch
        {
            streams.Undo();
            streams.Dispose();
            throw;
        }
    }

    /// <summary>In the journal too, a stream that is not kept is at its end before the start is told.</summary>
    internal void CloseUnkept(SessionJournal journal)
    {
        if (Input is null)
        {
            journal.WriteInput(0, 0, isOpen: false);
        }

        if (Outputs[0] is null)
        {
            journal.StandardOutput.Close();
        }

        if (Outputs[1] is null)
        {
            journal.StandardError.Close();
        }

        if (Outputs is [null, null])
        {
            journal.Order.Close();
        }
    }

    /// <summary>The program was not started: files that were made for it go.</summary>
    internal void Undo()
    {
        foreach (RedirectedFile file in _files)
        {
            file.Remove();
        }
    }

    /// <summary>Lets go of the program's side.</summary>
    public void Dispose()
    {
        foreach (SafeFileHandle file in _programs)
        {
            file.Dispose();
        }
    }

    private void Open(KeeperRecord record, Queue<SafeFileHandle> passedOn)
    {
        SafeFileHandle? input = Target(_plan.Input, "standard input", passedOn, () =>
        {
            string fifo = record.PathOf(RecordPaths.StandardInputFifo);
            SafeFileHandle programs = Fifo.OpenBlockingForRead(fifo);
            Input = Fifo.Open(fifo, Libc.O_WRONLY | Libc.O_NONBLOCK);
            return programs;
        });
        SafeFileHandle? output = Target(_plan.Output, "standard output", passedOn, () => OpenKept(record, OutputStream.StandardOutput));
        SafeFileHandle? error = Target(_plan.Error, "standard error", passedOn, () => OpenKept(record, OutputStream.StandardError));
        Standard = [input, output, _plan.Error.Kind == ProcessStreamKind.Merged ? output : error];
        List<(int, SafeHandle)> further = [];
        foreach (int number in _plan.FurtherNumbers)
        {
            further.Add((number, Lift(passedOn.Dequeue())));
        }

        Further = further;
    }

    private SafeFileHandle? Target(StreamTarget target, string what, Queue<SafeFileHandle> passedOn, Func<SafeFileHandle> openKept)
    {
        switch (target.Kind)
        {
            case ProcessStreamKind.Null or ProcessStreamKind.Merged:
                return null;
            case ProcessStreamKind.File:
                RedirectedFile file = RedirectedFile.Open(target, what, isRead: ReferenceEquals(target, _plan.Input));
                _files.Add(file);
                return Own(file.Handle);
            case ProcessStreamKind.Kept:
                return Own(openKept());
            default:
                return passedOn.Dequeue();
        }
    }

    private void EmptyFiles(StartRequest request)
    {
        if (_files.Exists(file => file.IsToBeEmptied))
        {
            StartFailures.CheckExecution(request.Program, request.WorkingDirectory);
            foreach (RedirectedFile file in _files)
            {
                file.Empty();
            }
        }
    }

    /// <summary>
    /// To a number above all that the program is to have, so that no descriptor is put in the place of one that is still to be passed on.
    /// </summary>
    private SafeFileHandle Lift(SafeFileHandle source)
    {
        int number = Libc.Fcntl(source, Libc.F_DUPFD_CLOEXEC, _plan.FurtherNumbers[^1] + 1);
        if (number >= 0)
        {
            return Own(new SafeFileHandle(number, ownsHandle: true));
        }

        int errno = Errno.Last();
        throw new StartFailedException(
            StartFailure.OutOfResources,
            errno,
            $"its keeper has no descriptor free above {_plan.FurtherNumbers[^1]} for what is passed on ({Errno.Text(errno)}): "
            + "raise the limit (ulimit -Hn)");
    }

    private SafeFileHandle Own(SafeFileHandle file)
    {
        _programs.Add(file);
        return file;
    }

    private SafeFileHandle OpenKept(KeeperRecord record, OutputStream stream)
    {
        OutputPipe pipe = OutputPipe.Open(record, stream);
        Outputs[(int)stream - 1] = pipe;
        return pipe.OpenProgramsEnd(record);
    }
}
