namespace Tether;

/// <summary>Why an operation of a <see cref="LocalServer"/> or <see cref="LocalSocket"/> failed.</summary>
public enum LocalSocketError
{
    /// <summary>A reason that has no member of its own; the message tells it.</summary>
    Unknown,

    /// <summary>The name exists, but no server listens on it.</summary>
    ConnectionRefused,

    /// <summary>The peer is gone: it can take no more bytes, or it closed with bytes unread.</summary>
    PeerClosed,

    /// <summary>There is no server of that name.</summary>
    ServerNotFound,

    /// <summary>The system's permissions forbid it.</summary>
    AccessDenied,

    /// <summary>The process or the system has no handle or memory left.</summary>
    ResourceExhausted,

    /// <summary>The time-out ran out.</summary>
    TimedOut,

    /// <summary>Another server has the name, or something that is not a stale socket of this user stands there.</summary>
    NameInUse,

    /// <summary>The name is empty, or has characters that no name may have.</summary>
    NameInvalid,

    /// <summary>The address would be longer than the system's socket addresses.</summary>
    NameTooLong,

    /// <summary>The process at the other end belongs to a user that was not allowed.</summary>
    PeerNotTrusted,

    /// <summary>The system or the socket at that name cannot do it.</summary>
    NotSupported,
}
