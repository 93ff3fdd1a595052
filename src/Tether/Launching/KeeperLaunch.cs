using System.Runtime.InteropServices;

namespace Tether.Launching;

/// <summary>A keeper that was just started: the private connection to it, and the copy of it that is this process's child for a moment.</summary>
internal abstract class KeeperLaunch : IDisposable
{
    /// <summary>The connection, full duplex. The caller takes it over when the start has succeeded.</summary>
    internal abstract Stream Connection { get; }

    /// <summary>Sends the request, and the launcher's descriptors that go with it.</summary>
    /// <exception cref="IOException">The keeper is gone.</exception>
    /// <exception cref="ProcessStartException">The descriptors cannot be sent; the exception's program is empty.</exception>
    internal abstract ValueTask SendAsync(byte[] request, IReadOnlyList<SafeHandle> handles, CancellationToken cancellationToken);

    /// <summary>Waits for the first copy to end, so that it leaves no zombie. Returns what is known of its end, for an error's text.</summary>
    internal abstract string ReapFirstCopy();

    /// <inheritdoc/>
    public abstract void Dispose();
}
