namespace Tether;

/// <content>Waiting for what will happen, without taking anything.</content>
public sealed partial class LocalSocket
{
    /// <summary>
    /// How many bytes have arrived and were not read: what a read gets without waiting. They are in the kernel, which bounds them (on Linux
    /// by <c>net.core.wmem_default</c>, about 200 KiB with its overhead): a peer that writes more waits. At the peer's end it is 0.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The socket is disposed.</exception>
    public int Available => _connection.Available;

    /// <summary>Waits until there is a byte to read, and leaves it there. The thread waits in the kernel.</summary>
    /// <param name="timeout">How long to wait; zero only looks, <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.</param>
    /// <returns>
    /// True when a read will get bytes. False when the time-out ran out, <see cref="State"/> being what it was, or when the peer wrote its
    /// last, and <see cref="State"/> says so. With several readers another one may get the bytes.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The time-out is negative, or longer than 24 days.</exception>
    /// <exception cref="LocalSocketException">
    /// The peer closed with bytes of this side unread (<see cref="LocalSocketError.PeerClosed"/>).
    /// </exception>
    /// <exception cref="ObjectDisposedException">The socket is disposed, or was while this waited.</exception>
    public bool WaitForReadyRead(TimeSpan timeout) => _connection.WaitForBytes(LocalTimeout.Validate(timeout));

    /// <summary>Waits until there is a byte to read, and leaves it there.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>True when a read will get bytes; false when the peer wrote its last.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <inheritdoc cref="WaitForReadyRead(TimeSpan)" path="/exception[not(contains(@cref, 'ArgumentOutOfRange'))]"/>
    public ValueTask<bool> WaitForReadyReadAsync(CancellationToken cancellationToken = default) =>
        _connection.WaitForBytesAsync(cancellationToken);

    /// <summary>
    /// Waits until the connection has ended in both directions: the peer disconnected, closed or died, or this side disconnected. The
    /// thread waits in the kernel and reads nothing: what the peer wrote before can still be read, and a peer that waits for room to write
    /// waits on, so read first where much may come.
    /// </summary>
    /// <param name="timeout">How long to wait; zero only looks, <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.</param>
    /// <returns>
    /// True when it has ended, <see cref="State"/> being <see cref="LocalSocketState.Disconnected"/>; false when the time-out ran out.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The time-out is negative, or longer than 24 days.</exception>
    /// <exception cref="ObjectDisposedException">The socket is disposed, or was while this waited.</exception>
    public bool WaitForDisconnected(TimeSpan timeout) => _connection.WaitForEnd(LocalTimeout.Validate(timeout));
}
