using System.Buffers;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Windows;

/// <summary>
/// A connected named pipe. .NET's own stream does the overlapped reads and writes on our handle. A pipe has no half that could be closed:
/// the end of one direction is the end of both.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed partial class PipeConnection : LocalConnection
{
    private readonly PipeStream _stream;
    private readonly SafePipeHandle _pipe;

    /// <summary>Takes the handle over.</summary>
    internal PipeConnection(SafePipeHandle pipe, bool isServer)
        : this(
            isServer
                ? new NamedPipeServerStream(PipeDirection.InOut, isAsync: true, isConnected: true, pipe)
                : new NamedPipeClientStream(PipeDirection.InOut, isAsync: true, isConnected: true, pipe),
            pipe)
    {
    }

    /// <summary>Takes a connected stream over, with its handle.</summary>
    internal unsafe PipeConnection(PipeStream stream, SafePipeHandle pipe)
    {
        _pipe = pipe;
        _stream = stream;
        uint peer;
        bool known = stream is NamedPipeServerStream
            ? Kernel32.GetNamedPipeClientProcessId(pipe, &peer)
            : Kernel32.GetNamedPipeServerProcessId(pipe, &peer);
        Peer = new PeerCredentials(known ? (int)peer : 0, PeerCredentials.NoUnixId, PeerCredentials.NoUnixId);
    }

    internal override PeerCredentials Peer { get; }

    internal override SafeHandle Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(Ends.HasFlag(ConnectionEnds.Closed), typeof(LocalSocket));
            return _pipe;
        }
    }

    internal override int ReadTimeout { get; set; } = Timeout.Infinite;

    internal override int WriteTimeout { get; set; } = Timeout.Infinite;

    internal override int Read(Span<byte> buffer)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(buffer.Length);
        try
        {
            using CancellationTokenSource? limit = Limit(ReadTimeout);
            int count = ReadAsync(rented.AsMemory(0, buffer.Length), limit?.Token ?? CancellationToken.None).AsTask().GetAwaiter().GetResult();
            rented.AsSpan(0, count).CopyTo(buffer);
            return count;
        }
        catch (OperationCanceledException)
        {
            throw TimedOut("Reading");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    internal override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int taken = await TakeAheadAsync(buffer, cancellationToken).ConfigureAwait(false);
        return taken > 0 ? taken : await ReadPipeAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<int> ReadPipeAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                ObjectDisposedException.ThrowIf(Ends.HasFlag(ConnectionEnds.Closed), typeof(LocalSocket));
                if (Ends.HasFlag(ConnectionEnds.Reading))
                    return 0;

                int count = await _stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (count > 0)
                    return count;

                // A write of nothing arrives as a read of nothing, which is not the end.
                if (Look(out _) != 0)
                    return AtEnd();
            }
        }
        catch (Exception error) when (error is not ObjectDisposedException && !cancellationToken.IsCancellationRequested)
        {
            return Ends.HasFlag(ConnectionEnds.Reading) && !Ends.HasFlag(ConnectionEnds.Closed) ? 0 : throw Failed("Reading", error);
        }
        catch (ObjectDisposedException) when (Ends.HasFlag(ConnectionEnds.Reading) && !Ends.HasFlag(ConnectionEnds.Closed))
        {
            return 0;
        }
        catch (ObjectDisposedException)
        {
            throw new ObjectDisposedException(nameof(LocalSocket));
        }
    }

    internal override void Write(ReadOnlySpan<byte> buffer)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length, PipeListener.BufferSize));
        try
        {
            for (; !buffer.IsEmpty; buffer = buffer[Math.Min(buffer.Length, rented.Length)..])
            {
                int count = Math.Min(buffer.Length, rented.Length);
                buffer[..count].CopyTo(rented);
                using CancellationTokenSource? limit = Limit(WriteTimeout);
                WriteAsync(rented.AsMemory(0, count), limit?.Token ?? CancellationToken.None).AsTask().GetAwaiter().GetResult();
            }
        }
        catch (OperationCanceledException)
        {
            throw TimedOut("Writing");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    internal override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            ObjectDisposedException.ThrowIf(Ends.HasFlag(ConnectionEnds.Closed), typeof(LocalSocket));
            if (!buffer.IsEmpty)
                await _stream.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            throw new ObjectDisposedException(nameof(LocalSocket));
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed("Writing", error);
        }
    }

    internal override void CompleteWrites() => throw new LocalSocketException(LocalSocketError.NotSupported,
        "A named pipe of Windows cannot end its writing direction alone. Let the message say where it ends, or disconnect.");

    /// <summary>What was written stays readable for the peer; both directions end for this side.</summary>
    internal override void Disconnect() => Free();

    public override void Dispose()
    {
        if (End(ConnectionEnds.Closed))
            Free();
    }

    private unsafe void Free()
    {
        try
        {
            // The reads and writes that wait hold no reference: without this they would end only when the system gets to it.
            Kernel32.CancelIoEx(_pipe, null);
        }
        catch (ObjectDisposedException)
        {
            // Disconnected before.
        }

        _stream.Dispose();
    }

    private static CancellationTokenSource? Limit(int milliseconds) =>
        milliseconds == Timeout.Infinite ? null : new CancellationTokenSource(milliseconds);

    private int AtEnd()
    {
        ObjectDisposedException.ThrowIf(Ends.HasFlag(ConnectionEnds.Closed), typeof(LocalSocket));
        End(ConnectionEnds.Reading | ConnectionEnds.Lost);
        return 0;
    }

    private static LocalSocketException TimedOut(string operation) =>
        new(LocalSocketError.TimedOut, $"{operation} on a local socket failed: the time-out ran out.");

    private Exception Failed(string operation, Exception error)
    {
        if (Ends.HasFlag(ConnectionEnds.Closed))
            return new ObjectDisposedException(nameof(LocalSocket));

        int number = WindowsError.Of(error);
        // .NET's stream has errors of its own, without a number, once it has seen that the pipe is broken.
        LocalSocketError kind = number == 0 && !_stream.IsConnected ? LocalSocketError.PeerClosed : PipeErrors.Classify(number);
        if (kind == LocalSocketError.PeerClosed)
            End(ConnectionEnds.Lost);

        string reason = kind == LocalSocketError.PeerClosed
            ? $"process {Peer.ProcessId} at the other end has closed the connection"
            : error.Message.TrimEnd('.');
        return new LocalSocketException(kind, $"{operation} on a local socket failed: {reason}.", error);
    }
}
