using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Tether.Platform;

namespace Tether;

/// <summary>
/// A full-duplex stream of bytes to another process of this machine: the counterpart of <c>QLocalSocket</c>, and able to talk to a
/// <c>QLocalServer</c> by the absolute path of its socket. On Linux it is a Unix domain socket of type SOCK_STREAM.
/// </summary>
/// <remarks>
/// One reader and one writer may work at the same time, synchronously or asynchronously. Nothing is buffered in the process, so
/// <see cref="Flush"/> does nothing, and bytes that were written reach the peer even when this end is disposed right after.
/// On Linux a read that finds nothing looks again for up to 200 µs before it waits, also an asynchronous one, as long as that pays: a peer on
/// another processor has often answered before a sleeping one would be woken (docs/decisions/0021).
/// </remarks>
[SuppressMessage("Naming", "CA1710", Justification = "It is named after QLocalSocket, its counterpart, and is more than a stream.")]
public sealed partial class LocalSocket : Stream
{
    private readonly LocalConnection _connection;

    internal LocalSocket(LocalConnection connection) => _connection = connection;

    /// <summary>Who is at the other end.</summary>
    public PeerCredentials Peer => _connection.Peer;

    /// <summary>The server's name as it was connected to; null at a server's end, and for an adopted connection.</summary>
    public string? ServerName => _connection.ServerName;

    /// <summary>The server's address, see <see cref="LocalServer.FullName"/>; null where <see cref="ServerName"/> is.</summary>
    public string? FullServerName => _connection.FullServerName;

    /// <summary>
    /// The operating system's handle, which stays this object's: to pass it explicitly to a program, or to set what this class does not.
    /// On Linux a <see cref="SafeSocketHandle"/>. Reading or writing through it disturbs this object.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The socket is disposed.</exception>
    public SafeHandle SafeHandle => _connection.Handle;

    /// <summary>
    /// What is left of the connection, as far as this side has seen: a peer that went away shows in the next read or write.
    /// </summary>
    public LocalSocketState State => _connection.Ends switch
    {
        ConnectionEnds.None => LocalSocketState.Connected,
        ConnectionEnds.Reading or ConnectionEnds.Writing => LocalSocketState.Closing,
        _ => LocalSocketState.Disconnected,
    };

    /// <summary>Connects to a server of <see cref="LocalNamespace.Private"/>, or at an absolute path, within 30 seconds.</summary>
    /// <param name="name">The server's name, or the absolute path of its socket.</param>
    /// <returns>The connection.</returns>
    /// <inheritdoc cref="Connect(LocalSocketOptions)" path="/exception"/>
    public static LocalSocket Connect(string name) => Connect(new LocalSocketOptions { Name = name });

    /// <summary>Connects to a server of <see cref="LocalNamespace.Private"/>, or at an absolute path.</summary>
    /// <param name="name">The server's name, or the absolute path of its socket.</param>
    /// <param name="timeout">
    /// How long to wait for a place in the server's queue; see <see cref="LocalSocketOptions.ConnectTimeout"/>.
    /// </param>
    /// <returns>The connection.</returns>
    /// <inheritdoc cref="Connect(LocalSocketOptions)" path="/exception"/>
    public static LocalSocket Connect(string name, TimeSpan timeout) =>
        Connect(new LocalSocketOptions { Name = name, ConnectTimeout = timeout });

    /// <summary>Connects to a server. The thread waits in the kernel.</summary>
    /// <param name="options">The server's name, the time-out, and whom to trust.</param>
    /// <returns>The connection, whose peer was checked.</returns>
    /// <exception cref="LocalSocketException">
    /// <see cref="LocalSocketError.ServerNotFound"/>: no such name. <see cref="LocalSocketError.ConnectionRefused"/>: nobody listens there.
    /// <see cref="LocalSocketError.TimedOut"/>: no place in the server's queue. <see cref="LocalSocketError.PeerNotTrusted"/>: the server
    /// runs as another user. <see cref="LocalSocketError.AccessDenied"/>, <see cref="LocalSocketError.NameInvalid"/>,
    /// <see cref="LocalSocketError.NameTooLong"/>, <see cref="LocalSocketError.ResourceExhausted"/>: as they say.
    /// </exception>
    /// <exception cref="UnsafeDirectoryException">
    /// Other users could enter or exchange the directory of <see cref="LocalNamespace.Private"/>.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">This system is not supported yet.</exception>
    public static LocalSocket Connect(LocalSocketOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new LocalSocket(LocalTransport.Connect(options));
    }

    /// <summary>Connects to a server of <see cref="LocalNamespace.Private"/>, or at an absolute path, within 30 seconds.</summary>
    /// <param name="name">The server's name, or the absolute path of its socket.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The connection.</returns>
    /// <inheritdoc cref="ConnectAsync(LocalSocketOptions, CancellationToken)" path="/exception"/>
    public static ValueTask<LocalSocket> ConnectAsync(string name, CancellationToken cancellationToken = default) =>
        ConnectAsync(new LocalSocketOptions { Name = name }, cancellationToken);

    /// <summary>Connects to a server of <see cref="LocalNamespace.Private"/>, or at an absolute path.</summary>
    /// <param name="name">The server's name, or the absolute path of its socket.</param>
    /// <param name="timeout">
    /// How long to wait for a place in the server's queue; see <see cref="LocalSocketOptions.ConnectTimeout"/>.
    /// </param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The connection.</returns>
    /// <inheritdoc cref="ConnectAsync(LocalSocketOptions, CancellationToken)" path="/exception"/>
    public static ValueTask<LocalSocket> ConnectAsync(string name, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        ConnectAsync(new LocalSocketOptions { Name = name, ConnectTimeout = timeout }, cancellationToken);

    /// <summary>
    /// Connects to a server. Where its queue is full, asks again every 1 to 20 milliseconds, as nothing tells when there is a place.
    /// </summary>
    /// <param name="options">The server's name, the time-out, and whom to trust.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The connection, whose peer was checked.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <inheritdoc cref="Connect(LocalSocketOptions)" path="/exception"/>
    public static async ValueTask<LocalSocket> ConnectAsync(LocalSocketOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new LocalSocket(await LocalTransport.ConnectAsync(options, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>
    /// Takes over a connected socket: one end of a socketpair(2), one that was inherited, or one that another library made. What this
    /// process starts from now on does not inherit it, whatever it was opened with. Whether the peer may be trusted is for the caller to
    /// say, by <see cref="Peer"/>.
    /// </summary>
    /// <param name="socket">The socket. It is this call's from now on, also when it fails; do not use it any more.</param>
    /// <returns>The connection. <see cref="ServerName"/> is not known.</returns>
    /// <exception cref="LocalSocketException">
    /// It is not a connected stream socket of the Unix domain (<see cref="LocalSocketError.NotSupported"/>).
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">This system is not supported yet.</exception>
    public static LocalSocket Adopt(SafeSocketHandle socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return new LocalSocket(LocalTransport.Adopt(socket));
    }

    /// <summary>
    /// Ends the writing direction: the peer reads what was written, then the end. Reading goes on. Does nothing when writing has ended
    /// already.
    /// </summary>
    /// <exception cref="LocalSocketException">The connection is lost (<see cref="LocalSocketError.PeerClosed"/>).</exception>
    /// <exception cref="ObjectDisposedException">The socket is disposed.</exception>
    public void CompleteWrites()
    {
        ObjectDisposedException.ThrowIf(Has(ConnectionEnds.Closed), this);
        if (_connection.End(ConnectionEnds.Writing))
            _connection.CompleteWrites();
    }

    /// <summary>
    /// Ends both directions: the peer still reads what was written, then the end; reads of this side that wait return 0. <see cref="Peer"/>
    /// stays known; the handle is freed by <see cref="Stream.Dispose()"/>. Does nothing when the connection has ended already.
    /// </summary>
    public void Disconnect()
    {
        if (State == LocalSocketState.Disconnected)
            return;

        _connection.End(ConnectionEnds.Reading | ConnectionEnds.Writing);
        try
        {
            _connection.Disconnect();
        }
        catch (LocalSocketException error) when (error.Error == LocalSocketError.PeerClosed)
        {
            // The peer was faster: both directions have ended, which is all that was asked for.
        }
    }

    /// <summary>
    /// Ends the connection and frees the handle at once. Reads and writes that wait fail with <see cref="ObjectDisposedException"/>.
    /// </summary>
    public void Abort() => Dispose();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _connection.Dispose();

        base.Dispose(disposing);
    }

    private bool Has(ConnectionEnds any) => (_connection.Ends & any) != 0;
}
