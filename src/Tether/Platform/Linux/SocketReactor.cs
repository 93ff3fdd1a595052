using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary>
/// One thread that waits for all of this process's connections to keepers, and runs what each does with its frames itself: that takes no
/// lock for long and calls nobody else's code. The thread pool would be one more thread to wake, and its threads look for work for some time
/// before they sleep, which on a busy machine takes the processor from the program that is waited for.
/// </summary>
[SupportedOSPlatform("linux")]
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "There is one, and it stays as long as the process.")]
internal sealed class SocketReactor
{
    private static readonly Lazy<SocketReactor> TheOne = new(() => new SocketReactor());

    private readonly Epoll _epoll = new();
    private readonly ConcurrentDictionary<ulong, KeeperSocket> _sockets = new();
    private ulong _last;

    private SocketReactor() => new Thread(Run) { Name = "Tether", IsBackground = true }.UnsafeStart();

    /// <exception cref="IOException">There is no descriptor left.</exception>
    internal static SocketReactor Instance => TheOne.Value;

    /// <summary>Tells the socket from now on when something has come. Returns its tag here.</summary>
    /// <exception cref="IOException">The system watches no more files.</exception>
    internal ulong Add(KeeperSocket socket)
    {
        ulong tag = Interlocked.Increment(ref _last);
        _sockets[tag] = socket;
        try
        {
            _epoll.Add(socket.Handle, Libc.EPOLLIN | Libc.EPOLLET, tag);
        }
        catch (IOException)
        {
            _sockets.TryRemove(tag, out _);
            throw;
        }

        return tag;
    }

    /// <summary>Leaves the socket to somebody who waits for it himself, or takes it back; then what came meanwhile is told.</summary>
    internal void Watch(KeeperSocket socket, ulong tag, bool watched) => _epoll.Modify(socket.Handle, watched ? Libc.EPOLLIN | Libc.EPOLLET : 0, tag);

    /// <summary>The socket's last descriptor, about to be closed, takes it out of the epoll.</summary>
    internal void Remove(ulong tag) => _sockets.TryRemove(tag, out _);

    private void Run()
    {
        while (true)
        {
            int count = _epoll.Wait(Timeout.Infinite);
            for (int i = 0; i < count; i++)
            {
                if (_sockets.TryGetValue(_epoll.Event(i).Tag, out KeeperSocket? socket))
                {
                    socket.OnReady(byReactor: true);
                }
            }
        }
    }
}
