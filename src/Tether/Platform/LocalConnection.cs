using System.Runtime.InteropServices;

namespace Tether.Platform;

/// <summary>One end of a connection as the platform has it. <see cref="LocalSocket"/> is its public face.</summary>
/// <remarks>Reads return 0 at the peer's end; errors are <see cref="LocalSocketException"/>s; after Dispose,
/// <see cref="ObjectDisposedException"/>.</remarks>
internal abstract class LocalConnection : IDisposable
{
    private int _ends;

    /// <summary>What has ended, as far as this side has seen. Nothing ever begins again.</summary>
    internal ConnectionEnds Ends => (ConnectionEnds)Volatile.Read(ref _ends);

    internal abstract PeerCredentials Peer { get; }

    internal abstract SafeHandle Handle { get; }

    /// <summary>The name that was connected to; null at a server's end and for an adopted connection.</summary>
    internal string? ServerName { get; init; }

    /// <summary>The address of <see cref="ServerName"/>.</summary>
    internal string? FullServerName { get; init; }

    /// <summary>How many bytes can be read without waiting.</summary>
    internal abstract int Available { get; }

    /// <summary>Milliseconds; <see cref="Timeout.Infinite"/> for none.</summary>
    internal abstract int ReadTimeout { get; set; }

    /// <summary>Milliseconds; <see cref="Timeout.Infinite"/> for none.</summary>
    internal abstract int WriteTimeout { get; set; }

    internal abstract int Read(Span<byte> buffer);

    internal abstract ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    internal abstract void Write(ReadOnlySpan<byte> buffer);

    internal abstract ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>True when there are bytes; false when the time-out ran out or the peer's end is reached.</summary>
    internal abstract bool WaitForBytes(TimeSpan timeout);

    internal abstract ValueTask<bool> WaitForBytesAsync(CancellationToken cancellationToken);

    /// <summary>True when both directions have ended.</summary>
    internal abstract bool WaitForEnd(TimeSpan timeout);

    internal abstract void CompleteWrites();

    internal abstract void Disconnect();

    public abstract void Dispose();

    /// <summary>Notes that something has ended.</summary>
    /// <returns>Whether this call was the first to say so.</returns>
    internal bool End(ConnectionEnds what)
    {
        // A look first: reading the end again and again must not write to a cache line that the writing thread reads.
        return (Ends & what) != what && ((ConnectionEnds)Interlocked.Or(ref _ends, (int)what) & what) != what;
    }
}
