namespace Tether.Keeper;

/// <summary>
/// One client's connection. A client can lose its own connection, and nothing else. Memory per client is bounded: one frame in,
/// <see cref="MaximumUnsent"/> out.
/// </summary>
internal abstract class KeeperClient
{
    /// <summary>
    /// A client that leaves this many bytes unread, beyond what its connection holds, loses it. A frame to it is at most a few hundred.
    /// </summary>
    internal const int MaximumUnsent = 64 * 1024;

    /// <summary>
    /// In milliseconds: what was sent before a close has this long to get into the connection. A client that does not read would hold a
    /// place, or the keeper, for ever.
    /// </summary>
    internal const int CloseTime = 3_000;

    private readonly long[] _waits = [-1, -1];
    private readonly long[] _consumed = [-1, -1];

    /// <summary>True once the hello was accepted; the launcher's private connection needs none.</summary>
    internal bool IsWelcome { get; set; }

    /// <summary>True for the launcher's connection of a program that is tied to it.</summary>
    internal bool IsTie { get; init; }

    /// <summary>Input bytes that were received and are not yet acknowledged.</summary>
    internal int InputInFlight { get; set; }

    /// <summary>Input bytes of this client that the program's pipe has taken and the client was not told of.</summary>
    internal int InputOwed { get; set; }

    /// <summary>The client need not be told of input at once.</summary>
    internal bool IsAcknowledgedLater { get; set; }

    /// <summary>The client wants to be told when all its input was taken.</summary>
    internal bool WantsAcknowledgement { get; set; }

    /// <summary>Not before this long after the start of the machine, for a client that has not said hello.</summary>
    internal long HelloDeadline { get; set; } = long.MaxValue;

    /// <summary>Once the connection is closed: it is gone then, whatever is unsent.</summary>
    internal long CloseDeadline { get; private set; } = long.MaxValue;

    /// <summary>Nothing that the client sends is taken any more.</summary>
    internal bool IsClosed { get; private set; }

    /// <summary>Something that was sent is not in the connection yet.</summary>
    internal abstract bool HasUnsent { get; }

    /// <summary>
    /// The connection is to be taken out of the loop: it broke, or it was closed and has taken what was sent, or did not in time. A client
    /// that went away is not gone by that: what it had sent is still to be read, and the end stands behind it.
    /// </summary>
    internal bool IsGone => IsClosed && (IsDeaf || !HasUnsent || Environment.TickCount64 >= CloseDeadline);

    /// <summary>The client takes nothing any more.</summary>
    protected bool IsDeaf { get; set; }

    /// <summary>Sends a frame without waiting. A client that does not read loses its connection instead of costing memory.</summary>
    internal abstract void Send(ReadOnlySpan<byte> frame);

    /// <summary>Ends the connection after what was sent has been taken, or <see cref="CloseTime"/>.</summary>
    internal void Close()
    {
        if (!IsClosed)
        {
            IsClosed = true;
            HelloDeadline = long.MaxValue;
            CloseDeadline = Environment.TickCount64 + CloseTime;
        }
    }

    /// <summary>Ends the connection at once: nothing can be taken any more, and nothing be sent.</summary>
    protected void Break()
    {
        Close();
        IsDeaf = true;
    }

    /// <summary>The offset that the client waits to be passed, or -1.</summary>
    internal ref long Wait(OutputStream stream) => ref _waits[(int)stream - 1];

    /// <summary>Everything before this offset has been read by the client, or -1 when it does not read (policy "block").</summary>
    internal ref long Consumed(OutputStream stream) => ref _consumed[(int)stream - 1];
}
