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

        if ((events & Libc.EPOLLOUT) != 0)
        {
            client.Flush();
        }

        if ((events & ~Libc.EPOLLOUT) != 0)
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
            for (int i = 0; i < ReceivesOfCredit && client != newcomer && client.IsWelcome && !client.IsGone; i++)
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
            if (client.HasUnsent != client.IsWatchedForWriting)
            {
                client.IsWatchedForWriting = client.HasUnsent;
                _epoll.Modify(client.Socket, Libc.EPOLLIN | (client.HasUnsent ? Libc.EPOLLOUT : 0), client.Id);
            }
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
