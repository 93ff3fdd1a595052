using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Platform.Windows;
using Tether.Protocol;

namespace Tether.Keeper.Platform.Windows;

/// <summary>A client on a named pipe.</summary>
[SupportedOSPlatform("windows")]
internal sealed class PipeClient : KeeperClient, IDisposable
{
    private const int WriteSize = 4096;

    private readonly SafePipeHandle _pipe;
    private readonly PipeOperation _read;
    private readonly PipeOperation _write;
    private readonly Action<PipeClient> _received;
    private byte[] _unfinished = [];
    private byte[] _unsent = [];
    private int _filled;

    /// <param name="pipe">The connected pipe, which is this object's from now on.</param>
    /// <param name="port">The keeper's port.</param>
    /// <param name="received">Is called when there is something to <see cref="Take"/>.</param>
    internal PipeClient(SafePipeHandle pipe, CompletionPort port, Action<PipeClient> received)
    {
        _pipe = pipe;
        _received = received;
        _read = new PipeOperation(port, Frame.HeaderSize + Frame.MaximumPayload, OnRead);
        _write = new PipeOperation(port, WriteSize, OnWritten);
    }

    internal override bool HasUnsent => _unsent.Length > 0 || _write.IsPending;

    /// <summary>Waits for what it sends next.</summary>
    internal void Receive()
    {
        if (!IsClosed)
        {
            _read.Read(_pipe, _read.Buffer.Length);
        }
    }

    /// <summary>Hands the whole frames that were received to the session.</summary>
    internal void Take(Session session)
    {
        // What is left of the last frame goes first, so that frames are always parsed in one piece.
        ReadOnlySpan<byte> received = _read.Buffer.AsSpan(0, _filled);
        ReadOnlySpan<byte> bytes = _unfinished.Length == 0 ? received : (byte[])[.. _unfinished, .. received];
        _filled = 0;
        try
        {
            while (!IsClosed
                && Frame.TryRead(bytes, Frame.MaximumPayload, out FrameType type, out ReadOnlySpan<byte> payload, out int length))
            {
                session.OnFrame(this, type, payload);
                bytes = bytes[length..];
            }
        }
        catch (ProtocolException error)
        {
            session.Refuse(this, error);
        }

        _unfinished = bytes.ToArray();
    }

    internal override void Send(ReadOnlySpan<byte> frame)
    {
        if (IsClosed || IsDeaf)
        {
            return;
        }

        if (_unsent.Length + frame.Length > MaximumUnsent)
        {
            Break();
            return;
        }

        _unsent = [.. _unsent, .. frame];
        Flush();
    }

    /// <summary>What the pipe has taken stays readable for the client.</summary>
    public unsafe void Dispose()
    {
        Break();
        if (!_pipe.IsClosed)
        {
            Kernel32.CancelIoEx(_pipe, null);
            _pipe.Dispose();
        }

        _read.Abandon();
        _write.Abandon();
    }

    private void OnRead(int error, int count)
    {
        if (error is not (0 or WindowsError.MoreData))
        {
            Break();
            return;
        }

        if (!IsClosed)
        {
            _filled = count;
            _received(this);
        }
    }

    private void OnWritten(int error, int count)
    {
        if (error != 0)
        {
            // A client that has gone is read to its end first, and the read says so. Any other would wait for ever for what was not sent.
            IsDeaf = true;
            _unsent = [];
            if (error is not (WindowsError.BrokenPipe or WindowsError.NoData or WindowsError.PipeNotConnected))
            {
                Close();
            }
        }

        Flush();
    }

    private void Flush()
    {
        if (_write.IsPending || _unsent.Length == 0)
        {
            return;
        }

        int count = Math.Min(_unsent.Length, WriteSize);
        _unsent.AsSpan(0, count).CopyTo(_write.Buffer);
        _unsent = _unsent[count..];
        _write.Write(_pipe, count);
    }
}
