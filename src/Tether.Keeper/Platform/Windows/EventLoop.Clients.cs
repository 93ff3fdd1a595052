using Microsoft.Win32.SafeHandles;
using Tether.Protocol;

namespace Tether.Keeper.Platform.Windows;

/// <content>Clients: their pipes come, are read, and go.</content>
internal sealed unsafe partial class EventLoop
{
    /// <summary>So many looks at the port take all that other clients had sent before.</summary>
    private const int LooksBeforeWelcome = 16;

    private readonly List<PipeClient> _clients = [];
    private readonly List<PipeClient> _newcomers = [];
    private int _looks;

    private void Accept(SafePipeHandle pipe)
    {
        PipeClient client = AddClient(pipe, isWelcome: false, isTie: false);
        if (_clients.Count > Session.MaximumClients)
        {
            _session.Refuse(client, new ProtocolException(
                "too-many-clients", $"This keeper has {Session.MaximumClients} clients; close one."));
        }
    }

    /// <summary>The pipe is associated with the port already, unless it is the launcher's.</summary>
    private PipeClient AddClient(SafePipeHandle pipe, bool isWelcome, bool isTie)
    {
        if (isWelcome)
        {
            Port.Associate(pipe);
        }

        PipeClient client = new(pipe, Port, OnReceived)
        {
            IsWelcome = isWelcome,
            IsTie = isTie,
            HelloDeadline = isWelcome ? long.MaxValue : Now + HelloTime,
        };
        _clients.Add(client);
        _session.Attach(client);
        client.Receive();
        return client;
    }

    private void OnReceived(PipeClient client)
    {
        if (client.IsWelcome)
        {
            client.Take(_session);
            client.Receive();
        }
        else
        {
            _newcomers.Add(client);
        }
    }

    /// <summary>
    /// A new client is told the input position that its own first byte will have. What others have sent before stands before it, also what
    /// one that was killed a moment ago had got into its pipe: so a newcomer waits until nothing else has arrived.
    /// </summary>
    private void WelcomeNewcomers(bool isQuiet)
    {
        if (_newcomers.Count == 0 || (!isQuiet && ++_looks < LooksBeforeWelcome))
        {
            return;
        }

        _looks = 0;
        foreach (PipeClient client in _newcomers)
        {
            client.Take(_session);
            client.Receive();
        }

        _newcomers.Clear();
    }

    /// <summary>Takes out the clients that are gone.</summary>
    private void SweepClients()
    {
        foreach (PipeClient client in _clients.FindAll(client => client.IsGone))
        {
            _clients.Remove(client);
            _newcomers.Remove(client);
            client.Dispose();
            _session.Detach(client);
        }
    }

    /// <summary>
    /// The session is over, and what it said last, the exit above all, may stand behind pending writes: only their ends matter now. To
    /// be called once the record was let go of, as a client looks at its lock at the end of the connection.
    /// </summary>
    internal void CloseClients()
    {
        long deadline = Now + KeeperClient.CloseTime;
        _clients.ForEach(client => client.Close());
        for (long left = KeeperClient.CloseTime; left > 0; left = deadline - Now)
        {
            if (_clients.TrueForAll(client => client.IsGone))
            {
                return;
            }

            int count = Port.Wait((int)left);
            for (int i = 0; i < count; i++)
            {
                if (Port.Entry(i).Key == CompletionPort.OperationKey)
                {
                    Dispatch(Port.Entry(i));
                }
            }
        }
    }
}
