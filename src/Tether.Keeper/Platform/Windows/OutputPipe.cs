using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Journal;
using Tether.Platform.Windows;

namespace Tether.Keeper.Platform.Windows;

/// <summary>The keeper's end of one of the program's output streams: a read waits in it for as long as the session has room.</summary>
[SupportedOSPlatform("windows")]
internal sealed class OutputPipe : IDisposable
{
    private const uint PipeSize = 256 * 1024;

    /// <summary>A stream of which reads are filled gets larger ones.</summary>
    private const int FirstReadSize = 32 * 1024;

    private readonly OutputStream _stream;
    private readonly SafePipeHandle _pipe;
    private readonly string _name;
    private PipeOperation? _read;
    private Session? _session;
    private bool _isToGrow;
    private bool _hasEnded;

    /// <exception cref="IOException">The pipe cannot be made.</exception>
    internal OutputPipe(OutputStream stream)
    {
        _stream = stream;
        _name = PrivatePipe.NewName(stream == OutputStream.StandardOutput ? "stdout" : "stderr");
        _pipe = PrivatePipe.Create(_name, Kernel32.PIPE_ACCESS_INBOUND, isFirst: true, instances: 1, PipeSize);
    }

    /// <summary>The program's end, for plain blocking writes.</summary>
    internal SafePipeHandle OpenProgramsEnd() =>
        PrivatePipe.Open(_name, Kernel32.GENERIC_WRITE | Kernel32.FILE_READ_ATTRIBUTES, 0);

    internal void Begin(CompletionPort port, Session session)
    {
        _session = session;
        port.Associate(_pipe);
        _read = new PipeOperation(port, FirstReadSize, OnRead);
        Read();
    }

    /// <summary>Goes on reading, unless it does, or there is no room.</summary>
    internal void Read()
    {
        if (_read is null || _read.IsPending || _hasEnded || _session!.OutputRoom(_stream) is not (> 0 and var room))
        {
            return;
        }

        if (_isToGrow)
        {
            // Where there is room, nothing of the last piece waits in the buffer any more.
            _read.Grow(StreamJournal.MaximumPiece);
            _isToGrow = false;
        }

        _read.Read(_pipe, room);
    }

    public unsafe void Dispose()
    {
        if (!_pipe.IsClosed)
        {
            Kernel32.CancelIoEx(_pipe, null);
            _pipe.Dispose();
        }

        _read?.Abandon();
    }

    private void OnRead(int error, int count)
    {
        if (error is not (0 or WindowsError.MoreData))
        {
            // The last handle of the other end is closed, and everything was read.
            _hasEnded = true;
            _session!.OnOutputEnded(_stream);
            return;
        }

        _isToGrow = count == FirstReadSize && _read!.Buffer.Length == FirstReadSize;
        if (count > 0)
        {
            _session!.OnOutput(_stream, _read!.Buffer.AsMemory(0, count));
        }

        if (!_session!.IsPaused(_stream))
        {
            Read();
        }
    }
}
