namespace Tether.Keeper;

/// <summary>One client's connection, as the session sees it. A client can lose its own connection, and nothing else.</summary>
internal abstract class KeeperClient
{
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

    /// <summary>Sends a frame without waiting. A client that does not read loses its connection instead of costing memory.</summary>
    internal abstract void Send(ReadOnlySpan<byte> frame);

    /// <summary>Ends the connection after what was sent has been taken.</summary>
    internal abstract void Close();

    /// <summary>The offset that the client waits to be passed, or -1.</summary>
    internal ref long Wait(OutputStream stream) => ref _waits[(int)stream - 1];

    /// <summary>Everything before this offset has been read by the client, or -1 when it does not read (policy "block").</summary>
    internal ref long Consumed(OutputStream stream) => ref _consumed[(int)stream - 1];
}
