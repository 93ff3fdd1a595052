using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Journal;
using Tether.Platform.Linux;
using Tether.Records;

namespace Tether.Keeper.Platform.Linux;

/// <summary>The reading end of one output stream: its FIFO, its size, and the piece that is between it and the journal.</summary>
[SupportedOSPlatform("linux")]
internal sealed class OutputPipe : IDisposable
{
    private readonly InFlight _inFlight;

    private readonly OutputStream _stream;

    private OutputPipe(OutputStream stream, SafeFileHandle fifo, InFlight inFlight)
    {
        _stream = stream;
        Fifo = fifo;
        _inFlight = inFlight;
        Size = new PipeSize(fifo);
    }

    internal SafeFileHandle Fifo { get; }

    internal PipeSize Size { get; }

    internal SmallPieces Small { get; } = new();

    /// <summary>What a keeper that was killed had taken and not journaled.</summary>
    internal ReadOnlyMemory<byte> Recovered { get; private init; }

    /// <summary>Whether there was more than the last piece. When not, asking again would cost three system calls to learn nothing.</summary>
    internal bool HasMore => _inFlight.HasMore;

    /// <summary>Nobody held the stream when it was taken over: with its last holder the kernel drops what is in a pipe.</summary>
    internal bool WasOrphaned { get; private init; }

    /// <summary>The reading end of a new program's stream.</summary>
    internal static OutputPipe Open(KeeperRecord record, OutputStream stream) => new(
        stream, Linux.Fifo.Open(record.PathOf(NameOf(stream)), Libc.O_RDONLY | Libc.O_NONBLOCK), InFlight.Open(record.Journal, stream));

    /// <summary>The program's end: open for reading too, so that it has no SIGPIPE to fear.</summary>
    internal SafeFileHandle OpenProgramsEnd(KeeperRecord record) => Linux.Fifo.Open(record.PathOf(NameOf(_stream)), Libc.O_RDWR);

    /// <summary>The reading end of a program that is taken over; null when the stream had ended, all of it journaled.</summary>
    internal static OutputPipe? Reopen(KeeperRecord record, OutputStream stream, StreamJournal journal)
    {
        if (!journal.IsOpen)
        {
            return null;
        }

        InFlight inFlight = InFlight.Open(record.Journal, stream);
        string path = record.PathOf(NameOf(stream));
        SafeFileHandle fifo = Linux.Fifo.Reopen(path, Libc.O_RDONLY, record.File.ProcessId) ?? Linux.Fifo.Ended();
        return new OutputPipe(stream, fifo, inFlight)
        {
            Recovered = inFlight.Recover(journal),
            WasOrphaned = Linux.Fifo.HasNoWriter(fifo),
        };
    }

    /// <summary>Whether the last piece stands in the journal already.</summary>
    internal bool IsInPlace => _inFlight.IsInPlace;

    /// <summary>Takes at most so many bytes for the journal's end; null when there is nothing now, 0 at the end of the stream.</summary>
    internal int? Receive(int room, StreamJournal journal)
    {
        int received = _inFlight.Receive(Fifo, room, journal);
        return received < 0 ? null : received;
    }

    /// <summary>The last piece, when it is not in place. It stays until the next one.</summary>
    internal ReadOnlyMemory<byte> Bytes(int length) => _inFlight.Memory[..length];

    internal void OnDeadline(long now)
    {
        if (Size.OnDeadline(now))
        {
            _inFlight.Rest();
        }
    }

    public void Dispose()
    {
        ((IDisposable)_inFlight).Dispose();
        Fifo.Dispose();
    }

    private static string NameOf(OutputStream stream) => stream == OutputStream.StandardOutput ? RecordPaths.StandardOutputFifo : RecordPaths.StandardErrorFifo;
}
