namespace Tether.Platform;

/// <summary>What of a connection has ended.</summary>
[Flags]
internal enum ConnectionEnds
{
    None = 0,

    /// <summary>The peer's end was read.</summary>
    Reading = 1,

    /// <summary>This side completed its writes.</summary>
    Writing = 2,

    /// <summary>The peer went away.</summary>
    Lost = 4,

    /// <summary>This side freed the handle.</summary>
    Closed = 8,
}
