using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Platform.Windows;

namespace Tether.Keeper.Platform.Windows;

/// <summary>
/// The keeper's end of the program's standard input. A write is begun with bytes of its own and ends when the pipe has them all, which is
/// when
/// the program has made room for them. Only then they are the program's: they are offered again, and taken. A read that never gets anything
/// tells when the program has closed its end.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class InputPipe : IDisposable
{
    private const uint PipeSize = 64 * 1024;

    private const int WriteSize = 64 * 1024;

    private readonly SafePipeHandle _pipe;
    private readonly string _name = PrivatePipe.NewName("stdin");
    private PipeOperation? _write;
    private PipeOperation? _watch;
    private Session? _session;
    private int _written;
    private bool _isBroken;

    /// <exception cref="IOException">The pipe cannot be made.</exception>
    internal InputPipe() => _pipe = PrivatePipe.Create(_name, Kernel32.PIPE_ACCESS_DUPLEX, isFirst: true, instances: 1, PipeSize);

    internal bool IsWriting => _write is { IsPending: true } || _written > 0;

    /// <summary>The program's end, for plain blocking reads.</summary>
    internal SafePipeHandle OpenProgramsEnd() =>
        PrivatePipe.Open(_name, Kernel32.GENERIC_READ | Kernel32.FILE_WRITE_ATTRIBUTES, 0);

    internal void Begin(CompletionPort port, Session session)
    {
        _session = session;
        port.Associate(_pipe);
        _write = new PipeOperation(port, WriteSize, OnWritten);
        _watch = new PipeOperation(port, 1, OnClosed);
        _watch.Read(_pipe, 1);
    }

    /// <summary>How many of the bytes are the program's by now; 0 when that is still to be seen, -1 when it has closed its end.</summary>
    internal int Write(ReadOnlySpan<byte> bytes)
    {
        if (_isBroken)
        {
            return -1;
        }

        if (_written > 0)
        {
            int taken = Math.Min(_written, bytes.Length);
            _written -= taken;
            return taken;
        }

        if (!_write!.IsPending)
        {
            int count = Math.Min(bytes.Length, WriteSize);
            bytes[..count].CopyTo(_write.Buffer);
            _write.Write(_pipe, count);
        }

        return 0;
    }

    /// <summary>The end of the program's input. What the pipe has is read before it.</summary>
    public unsafe void Dispose()
    {
        if (!_pipe.IsClosed)
        {
            Kernel32.CancelIoEx(_pipe, null);
            _pipe.Dispose();
        }

        _write?.Abandon();
        _watch?.Abandon();
    }

    private void OnWritten(int error, int count)
    {
        if (error != 0)
        {
            Break();
            return;
        }

        _written = count;
        _session!.OnInputWritable();
    }

    private void OnClosed(int error, int count) => Break();

    private void Break()
    {
        _isBroken = true;
        _session!.OnInputBroken();
    }
}
