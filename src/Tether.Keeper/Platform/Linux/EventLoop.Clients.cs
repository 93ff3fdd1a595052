using Microsoft.Win32.SafeHandles;
using Tether.Platform.Linux;
using Tether.Protocol;

namespace Tether.Keeper.Platform.Linux;

/// <content>Clients: their sockets come, are read, and go.</content>
internal sealed partial class EventLoop
{
    /// <summary>So many receives take all the input that one client's credit allows, and what else it may have sent around it.</summary>
    private const int ReceivesOfCredit = 16;

    /// <summary>What a few clients leave behind, in bytes; below it a collection costs more time than it gives memory.</summary>
    private const long GarbageToReturn = 32 * 1024;

    private void AcceptClients()
    {
        while (_program.Record.Endpoint.Accept() is { } socket)
        {
            SocketClient client = AddClient(socket, isWelcome: false, isTie: false);
            if (_clients.Count > Session.MaximumClients)
            {
                _session.Refuse(client, new ProtocolException("too-many-clients", $"This keeper has {Session.MaximumClients} clients; close one."));
            }
        }
    }

    private SocketClient AddClient(SafeFileHandle socket, bool isWelcome, bool isTie)
    {
        SocketClient client = new(socket, _nextClient++)
        {
            IsWelcome = isWelcome,
            IsTie = isTie,
            HelloDeadline = isWelcome ? long.MaxValue : Now + HelloTime,
        };
        _clients.Add(client.Id, client);
        _session.Attach(client);
        try
        {
            _epoll.Add(socket, Libc.EPOLLIN, client.Id);
        }
        catch (IOException)
        {
            // Out of memory or of watches (epoll_ctl(2)): this client loses its connection, and the program nothing.
            client.Close();
        }

        return client;
    }

    private unsafe void OnClient(ulong id, uint events)
    {
        // It may have been swept since the event was taken.
        if (!_clients.TryGetValue(id, out SocketClient? client) || client.IsGone)
        {
            return;
        }

        // A closed one is asked for nothing else; that it has gone itself (EPOLLHUP), the attempt tells as well.
        if ((events & Libc.EPOLLOUT) != 0 || client.IsClosed)
        {
            client.Flush();
        }

        if ((events & ~Libc.EPOLLOUT) != 0 && !client.IsClosed)
        {
            if (!client.IsWelcome)
            {
                TakeInputOfOthers(client);
            }

            client.Receive(new Span<byte>(_buffer, BufferSize), _session);
        }
    }

    /// <summary>
    /// A new client is told the input position that its own first byte will have. What others have sent before stands before it, also
    /// what one that was killed a moment ago had got into its socket. Their credit bounds it.
    /// </summary>
    private unsafe void TakeInputOfOthers(SocketClient newcomer)
    {
        foreach (SocketClient client in _clients.Values)
        {
            // A client that sends other frames without end must not hold the loop; what its credit allows is taken in far fewer.
            for (int i = 0; i < ReceivesOfCredit && client != newcomer && client.IsWelcome && !client.IsClosed; i++)
            {
                if (!client.Receive(new Span<byte>(_buffer, BufferSize), _session))
                {
                    break;
                }
            }
        }
    }

    /// <summary>Takes out the clients that are gone, and asks for the others to be told when their sockets take bytes again.</summary>
    private void SweepClients()
    {
        // First those that are gone: the others may be sent something because of it.
        List<SocketClient>? gone = null;
        foreach (SocketClient client in _clients.Values)
        {
            if (client.IsGone)
            {
                (gone ??= []).Add(client);
            }
        }

        foreach (SocketClient client in gone ?? [])
        {
            _clients.Remove(client.Id);
            // Closing takes it out of the epoll as well: nobody else has the socket.
            client.Dispose();
            _session.Detach(client);
        }

        if (gone is not null && _clients.Count == 0)
        {
            ReturnMemory();
        }

        foreach (SocketClient client in _clients.Values)
        {
            if (client.Wanted != client.Watched)
            {
                client.Watched = client.Wanted;
                _epoll.Modify(client.Socket, client.Watched, client.Id);
            }
        }
    }

    /// <summary>
    /// The session is over, and what it said last, the exit above all, may stand behind what a socket has not taken yet: only that matters
    /// now. To be called once the record was let go of, as a client looks at its lock at the end of the connection.
    /// </summary>
    internal void CloseClients()
    {
        List<SocketClient> waiting = [];
        foreach (SocketClient client in _clients.Values)
        {
            client.Close();
            if (!client.IsGone)
            {
                waiting.Add(client);
            }
        }

        if (waiting.Count == 0)
        {
            return;
        }

        try
        {
            long deadline = Now + KeeperClient.CloseTime;
            // The loop's own would tell of all that nobody looks at any more.
            using Epoll sockets = new();
            waiting.ForEach(client => sockets.Add(client.Socket, Libc.EPOLLOUT, client.Id));
            for (long left = KeeperClient.CloseTime; left > 0 && waiting.Count > 0; left = deadline - Now)
            {
                int count = sockets.Wait((int)left);
                for (int i = 0; i < count; i++)
                {
                    SocketClient client = _clients[sockets.Event(i).Tag];
                    client.Flush();
                    if (client.IsGone)
                    {
                        sockets.Remove(client.Socket);
                        waiting.Remove(client);
                    }
                }
            }
        }
        catch (IOException)
        {
            // No descriptor or memory is left for it (epoll_create1(2), epoll_ctl(2)). The record has all that clients need.
        }
    }

    /// <summary>Nobody is attached, perhaps for weeks, and nobody waits for this thread.</summary>
    private void ReturnMemory()
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        if (allocated - _allocatedAtReturn >= GarbageToReturn)
        {
            KeeperProcess.ReturnMemory();
            _allocatedAtReturn = allocated;
        }
    }
}
