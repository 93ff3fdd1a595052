using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary>
/// Waits for all of this process's sockets, and runs what goes on when something has come on the very thread that was woken for it: the thread
/// pool would be one more thread to wake, and its threads look for work for some time before they sleep, which on a busy machine takes the
/// processor from the process that is waited for. Others' code may take long or wait itself, so there is always another thread that waits for
/// sockets while it runs; when there would be too many, that code goes to the pool.
/// </summary>
[SupportedOSPlatform("linux")]
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "There is one, and it stays as long as the process.")]
internal sealed class SocketReactor : IReactor
{
    private const int IdleMilliseconds = 10_000;

    private static readonly Lock Making = new();

    private static readonly int MostThreads = Math.Max(8, 2 * Environment.ProcessorCount);

    private readonly Epoll _epoll = new();
    private readonly ConcurrentDictionary<ulong, IWatchedSocket> _sockets = new();
    private ulong _last;
    private int _threads;
    private int _waiting;

    private static SocketReactor? s_instance;

    /// <summary>Made when the first socket is to be waited for. What was lacking then may be there the next time.</summary>
    /// <exception cref="IOException">There is no descriptor, or no thread, left.</exception>
    internal static SocketReactor Instance => Volatile.Read(ref s_instance) ?? Make();

    /// <summary>Tells the socket from now on when something has come. Returns its tag here.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="events">What to watch for, each time that it happens anew: EPOLLIN, EPOLLOUT.</param>
    /// <exception cref="IOException">The system watches no more files.</exception>
    internal ulong Add(IWatchedSocket socket, uint events)
    {
        ulong tag = Interlocked.Increment(ref _last);
        _sockets[tag] = socket;
        try
        {
            _epoll.Add(socket.Handle, events | Libc.EPOLLET, tag);
        }
        catch
        {
            _sockets.TryRemove(tag, out _);
            throw;
        }

        return tag;
    }

    /// <summary>
    /// Watches for something else, and tells at once of what is there; or, with 0, leaves the socket to somebody who waits for it himself. Edge-triggered
    /// also then: the end of a socket is told whether it is watched for or not, and for ever if by level.
    /// </summary>
    internal void Watch(IWatchedSocket socket, ulong tag, uint events)
    {
        try
        {
            _epoll.Modify(socket.Handle, events | Libc.EPOLLET, tag);
        }
        catch (IOException) when (!_sockets.ContainsKey(tag))
        {
            // Removed meanwhile: it is about to be closed, and nobody waits for it any more.
        }
    }

    /// <summary>Before the socket is closed: where another process has a copy of the descriptor, closing this one takes nothing out of the epoll.</summary>
    internal void Remove(IWatchedSocket socket, ulong tag)
    {
        _sockets.TryRemove(tag, out _);
        try
        {
            _epoll.Remove(socket.Handle);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // Somebody has closed the descriptor behind our back.
        }
    }

    private static SocketReactor Make()
    {
        lock (Making)
        {
            if (s_instance is { } made)
                return made;

            SocketReactor reactor = new();
            if (!reactor.TryStartThread())
            {
                reactor._epoll.Dispose();
                throw new IOException("No thread that waits for sockets can be started: the system has no more for this user (ulimit -u).");
            }

            // The first one would start it when it has received something, and whoever waits for that would wait for the thread too.
            reactor.TryStartThread();
            Volatile.Write(ref s_instance, reactor);
            return reactor;
        }
    }

    public bool MayRunOthersCode() => Volatile.Read(ref _waiting) > 0 || TryStartThread();

    /// <summary>
    /// One event at a time, so that none waits behind another one's work. The first two threads stay: one would have to be started for each
    /// event otherwise.
    /// </summary>
    private void Run(bool stays)
    {
        while (true)
        {
            if (!_epoll.TryTake(stays ? Timeout.Infinite : IdleMilliseconds, out uint events, out ulong tag))
            {
                if (!stays && TryLeave())
                    return;

                continue;
            }

            Interlocked.Decrement(ref _waiting);
            if (_sockets.TryGetValue(tag, out IWatchedSocket? socket))
                socket.OnReady(events, this);

            Interlocked.Increment(ref _waiting);
        }
    }

    private bool TryStartThread()
    {
        int threads = Interlocked.Increment(ref _threads);
        if (threads > MostThreads)
        {
            Interlocked.Decrement(ref _threads);
            return false;
        }

        Interlocked.Increment(ref _waiting);
        try
        {
            new Thread(() => Run(stays: threads <= 2)) { Name = "Tether", IsBackground = true }.UnsafeStart();
            return true;
        }
        catch (OutOfMemoryException)
        {
            // The system has no more threads for this process.
            Interlocked.Decrement(ref _waiting);
            Interlocked.Decrement(ref _threads);
            return false;
        }
    }

    private bool TryLeave()
    {
        if (Interlocked.Decrement(ref _waiting) == 0)
        {
            Interlocked.Increment(ref _waiting);
            return false;
        }

        Interlocked.Decrement(ref _threads);
        return true;
    }
}
