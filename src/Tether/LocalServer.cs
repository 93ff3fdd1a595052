using System.Runtime.CompilerServices;
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

    /// <summary>Waits for the next connection, without bound. Disposing the server ends the wait.</summary>
    /// <returns>The connection, whose peer was checked; the caller disposes it.</returns>
    /// <exception cref="LocalSocketException">
    /// The system cannot accept now, for instance as the process has no handle left (<see cref="LocalSocketError.ResourceExhausted"/>). The
    /// server still listens; let something go before trying again.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The server is disposed, or was while this waited.</exception>
    public LocalSocket Accept() => new(_listener.Accept());

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
