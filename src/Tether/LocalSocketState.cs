namespace Tether;

/// <summary>What is left of a connection. A state is only ever followed by a later one.</summary>
public enum LocalSocketState
{
    /// <summary>Both directions are open, as far as this side has seen.</summary>
    Connected,

    /// <summary>One direction has ended: this side completed its writes, or read the peer's end.</summary>
    Closing,

    /// <summary>Both directions have ended, or the connection was lost or closed.</summary>
    Disconnected,
}
