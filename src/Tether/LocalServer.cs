using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tether.Platform;

namespace Tether;

/// <summary>
/// Listens on a name for the <see cref="LocalSocket"/>s of other processes of this machine: the counterpart of <c>QLocalServer</c>, whose
/// clients can connect to it (give <c>QLocalSocket</c> the <see cref="FullName"/>), as a <see cref="LocalSocket"/> can to a
/// <c>QLocalServer</c>. On Linux it is a Unix domain socket of type SOCK_STREAM.
/// </summary>
/// <remarks>
/// Only the user's own processes may connect, unless <see cref="LocalServerOptions.Access"/> says otherwise. A name that a killed server
/// left behind is taken over; one that a live server of any kind has never is. All members may be called from several threads at once.
/// </remarks>
public sealed class LocalServer : IAsyncDisposable, IDisposable
{
    private readonly LocalListener _listener;

    private LocalServer(string name, LocalListener listener)
    {
        Name = name;
        _listener = listener;
    }

    /// <summary>The name as it was given.</summary>
    public string Name { get; }

    /// <summary>
    /// The address that clients of any kind can use: on Linux the absolute path of the socket, or <c>@</c> and the abstract name.
    /// </summary>
    public string FullName => _listener.FullName;

    /// <summary>
    /// The operating system's handle of the listening socket, which stays this object's: to pass it explicitly to a program that goes on
    /// with <see cref="Listen(SafeSocketHandle, LocalServerAccess, Action{PeerCredentials}?)"/>. On Linux a <see cref="SafeSocketHandle"/>.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The server is disposed.</exception>
    public SafeHandle SafeHandle => _listener.Handle;

    /// <summary>Listens on a name with the default options.</summary>
    /// <param name="name">The name, or the absolute path of the socket.</param>
    /// <returns>The server, which listens already.</returns>
    /// <inheritdoc cref="Listen(LocalServerOptions)" path="/exception"/>
    public static LocalServer Listen(string name) => Listen(new LocalServerOptions { Name = name });

    /// <summary>Listens on a name.</summary>
    /// <param name="options">The name, who may connect, and how many may wait.</param>
    /// <returns>The server, which listens already.</returns>
    /// <exception cref="ArgumentException">The access is wider than <see cref="LocalNamespace.Private"/> can give.</exception>
    /// <exception cref="LocalSocketException">
    /// The name is taken (<see cref="LocalSocketError.NameInUse"/>), invalid (<see cref="LocalSocketError.NameInvalid"/>, also for a
    /// directory that does not exist) or too long (<see cref="LocalSocketError.NameTooLong"/>), or the system does not let the server be
    /// made.
    /// </exception>
    /// <exception cref="UnsafeDirectoryException">
    /// Other users could enter or exchange the directory of <see cref="LocalNamespace.Private"/>.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">This system is not supported yet.</exception>
    public static LocalServer Listen(LocalServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new LocalServer(options.Name, LocalTransport.Listen(options));
    }

    /// <summary>
    /// Listens with a socket that listens already: one that was inherited from a service manager or passed by another process. What this
    /// process starts from now on does not inherit it. The name stays that of whoever bound it: <see cref="Dispose"/> removes no file.
    /// </summary>
    /// <param name="socket">The socket. It is this call's from now on, also when it fails; do not use it any more.</param>
    /// <param name="access">Who besides the user may connect, checked for each connection; the mode of the file is left alone.</param>
    /// <param name="peerRefused">See <see cref="LocalServerOptions.PeerRefused"/>.</param>
    /// <returns>The server; <see cref="Name"/> and <see cref="FullName"/> are the address that the socket is bound to.</returns>
    /// <exception cref="LocalSocketException">
    /// It is not a stream socket of the Unix domain, or does not listen (<see cref="LocalSocketError.NotSupported"/>).
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The access has bits that are no member of the enumeration.</exception>
    /// <exception cref="PlatformNotSupportedException">This system is not supported yet.</exception>
    /// <remarks>
    /// Where another process holds the same socket, use <see cref="AcceptAsync"/>: a thread that waits in <see cref="Accept"/> can be woken
    /// by <see cref="Dispose"/> only by ending the listening, for both.
    /// </remarks>
    public static LocalServer Listen(
        SafeSocketHandle socket,
        LocalServerAccess access = LocalServerAccess.User,
        Action<PeerCredentials>? peerRefused = null)
    {
        ArgumentNullException.ThrowIfNull(socket);
        LocalListener listener = LocalTransport.Listen(socket, access, peerRefused);
        return new LocalServer(listener.FullName, listener);
    }

    /// <summary>
    /// Frees a name of which a server left its file behind, as one that was killed does. <see cref="Listen(string)"/> does so by itself;
    /// this is for who wants the name gone. Nothing happens where there is no such file.
    /// </summary>
    /// <param name="name">The name, or the absolute path of the socket.</param>
    /// <param name="space">How the name becomes an address. Abstract names leave nothing behind.</param>
    /// <exception cref="LocalSocketException">
    /// A live server has the name, or what stands there is no socket of this user (<see cref="LocalSocketError.NameInUse"/>); or the name
    /// is invalid or too long.
    /// </exception>
    /// <exception cref="UnsafeDirectoryException">
    /// Other users could enter or exchange the directory of <see cref="LocalNamespace.Private"/>.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">This system is not supported yet.</exception>
    public static void Remove(string name, LocalNamespace space = LocalNamespace.Private)
    {
        ArgumentNullException.ThrowIfNull(name);
        LocalTransport.RemoveName(name, space);
    }

    /// <summary>Waits for the next connection, without bound. Disposing the server ends the wait.</summary>
    /// <returns>The connection, whose peer was checked; the caller disposes it.</returns>
    /// <exception cref="LocalSocketException">
    /// The system cannot accept now, for instance as the process has no handle left (<see cref="LocalSocketError.ResourceExhausted"/>). The
    /// server still listens; let something go before trying again.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The server is disposed, or was while this waited.</exception>
    public LocalSocket Accept() => new(_listener.Accept());

    /// <summary>Waits for the next connection, for so long. The thread waits in the kernel.</summary>
    /// <param name="timeout">
    /// How long to wait; zero takes one that is there already, <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.
    /// </param>
    /// <param name="connection">The connection, whose peer was checked; the caller disposes it. Null when the time-out ran out.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time-out is negative, or longer than 24 days.</exception>
    /// <inheritdoc cref="Accept" path="/exception"/>
    public bool TryAccept(TimeSpan timeout, [NotNullWhen(true)] out LocalSocket? connection)
    {
        connection = _listener.TryAccept(LocalTimeout.Validate(timeout)) is { } accepted ? new LocalSocket(accepted) : null;
        return connection is not null;
    }

    /// <summary>Waits for the next connection.</summary>
    /// <param name="cancellationToken">Stops the waiting; no connection is lost by it.</param>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <inheritdoc cref="Accept" path="/*[not(self::summary)]"/>
    public async ValueTask<LocalSocket> AcceptAsync(CancellationToken cancellationToken = default) =>
        new(await _listener.AcceptAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>All connections from now on, one after the other, until the server is disposed.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The connections; each is the caller's to dispose. The sequence ends when the server is disposed.</returns>
    /// <exception cref="LocalSocketException">The system cannot accept now; a new enumeration goes on where this one stopped.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public async IAsyncEnumerable<LocalSocket> AcceptAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            LocalSocket socket;
            try
            {
                socket = await AcceptAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                yield break;
            }

            yield return socket;
        }
    }

    /// <summary>
    /// Stops listening and frees the name. Connections that were accepted live on; those that wait are closed. Removes the socket's file
    /// only if it is still this server's.
    /// </summary>
    public void Dispose() => _listener.Dispose();

    /// <inheritdoc cref="Dispose"/>
    /// <returns>A completed task: nothing here waits.</returns>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
