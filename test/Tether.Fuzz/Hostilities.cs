using System.Text;
using Tether.Protocol;

namespace Tether.Fuzz;

/// <summary>Clients that break no rule of the format and do harm by what they do not do: read, finish, go away.</summary>
internal static class Hostilities
{
    /// <summary>Beside these the launcher's own connection counts, and one place stays free.</summary>
    internal const int Crowd = 254;

    private static readonly byte[] Request = Frame.Create(FrameType.Signal, """{"id":1,"signal":77}"""u8);

    /// <summary>Opens so many connections, as many at once as the limit on descriptors lets it. Returns how many were refused with the reason.</summary>
    internal static int Flood(KeeperUnderTest keeper, int count, int atOnce)
    {
        int refused = 0;
        for (int opened = 0; opened < count; opened += atOnce)
        {
            List<RawConnection> connections = [];
            try
            {
                for (int i = 0; i < Math.Min(atOnce, count - opened); i++)
                {
                    connections.Add(new RawConnection(keeper.SocketPath));
                }

                // Those past the limit have their answer waiting.
                foreach (RawConnection connection in connections.Skip(Crowd + 1))
                {
                    FuzzFailureException.ThrowIf(!connection.TryReceive(out FrameType type, out ReadOnlySpan<byte> payload) || type != FrameType.Error, "A connection past the limit was not refused with an error.");
                    string code = ProtocolJson.Read<ErrorMessage>(payload).Code;
                    FuzzFailureException.ThrowIf(code != "too-many-clients", $"A connection past the limit was refused with '{code}'.");
                    refused++;
                }
            }
            finally
            {
                connections.ForEach(connection => connection.Dispose());
            }
        }

        return refused;
    }

    /// <summary>
    /// The most that clients can make a keeper keep: each has a frame of which the last byte does not come and as much unread as it may, and
    /// a quarter of them all of their input in flight: more is refused. <paramref name="look"/> is called while they are there.
    /// </summary>
    internal static void FillMemory(KeeperUnderTest keeper, Action look)
    {
        List<RawConnection> crowd = [];
        try
        {
            // Not all: what was sent when the connection was dropped already is among them.
            int requests = Enumerable.Range(0, 3).Min(_ => RequestsUntilDropped(keeper)) * 2 / 3;
            byte[] unread = [.. Enumerable.Repeat(Request, requests).SelectMany(request => request)];
            byte[] piece = Frame.Create(FrameType.Input, new byte[Frame.MaximumPayload]);
            for (int i = 0; i < Crowd; i++)
            {
                RawConnection connection = Welcome(keeper);
                crowd.Add(connection);
                bool isThere = connection.Send(unread);
                for (int sent = 0; i % 4 == 0 && sent < Frame.InputCredit; sent += Frame.MaximumPayload)
                {
                    isThere &= connection.Send(piece);
                }

                FuzzFailureException.ThrowIf(!isThere || !Drip(connection), $"Client {i} of the crowd lost its connection and had broken no rule ({requests} answers unread).");
            }

            look();
        }
        finally
        {
            crowd.ForEach(connection => connection.Dispose());
        }
    }

    /// <summary>Clients that come, leave all the input that their credit allows, and go. Returns how many bytes the keeper took before it refused.</summary>
    internal static long LeaveInput(KeeperUnderTest keeper, int clients)
    {
        byte[] piece = Frame.Create(FrameType.Input, new byte[Frame.MaximumPayload]);
        byte[] all = [.. Corpus.Hello, .. Enumerable.Repeat(piece, Frame.InputCredit / Frame.MaximumPayload).SelectMany(bytes => bytes), .. Request];
        long taken = 0;
        for (int i = 0; i < clients; i++)
        {
            using RawConnection connection = new(keeper.SocketPath);
            connection.Send(all);
            FrameType last = default;
            while (last is not (FrameType.Reply or FrameType.Error) && connection.TryReceive(out last, out _))
            {
            }

            FuzzFailureException.ThrowIf(last is not (FrameType.Reply or FrameType.Error), "A client that left input was neither answered nor refused.");
            taken += last == FrameType.Reply ? Frame.InputCredit : 0;
        }

        return taken;
    }

    private static RawConnection Welcome(KeeperUnderTest keeper)
    {
        RawConnection connection = new(keeper.SocketPath);
        connection.Send(Corpus.Hello);
        FuzzFailureException.ThrowIf(!connection.TryReceive(out FrameType type, out _) || type != FrameType.Welcome, "A client that said hello was not welcomed.");
        return connection;
    }

    /// <summary>The largest frame, a few bytes at a time and without its last one.</summary>
    private static bool Drip(RawConnection connection)
    {
        byte[] frame = Frame.Create(FrameType.Stop, new byte[Frame.MaximumPayload]);
        const int drops = 40;
        for (int i = 0; i < drops; i++)
        {
            if (!connection.Send(frame.AsSpan(i, 1)))
            {
                return false;
            }
        }

        return connection.Send(frame.AsSpan(drops, frame.Length - drops - 1));
    }

    /// <summary>How many requests of a client that never reads are answered before it loses its connection.</summary>
    private static int RequestsUntilDropped(KeeperUnderTest keeper)
    {
        using RawConnection connection = Welcome(keeper);
        int requests = 0;
        while (connection.Send(Request))
        {
            requests++;
            FuzzFailureException.ThrowIf(requests > 1_000_000, "A client that never reads did not lose its connection.");
        }

        return requests;
    }
}
