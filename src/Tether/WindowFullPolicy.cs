namespace Tether;

/// <summary>What happens when a stream has written more than its window keeps.</summary>
public enum WindowFullPolicy
{
    /// <summary>
    /// The oldest bytes give way; the program never waits for a reader. A reader that fell out of the window is told exactly how many
    /// bytes it missed (<see cref="OutputGapException"/>). The default.
    /// </summary>
    DropOldest,

    /// <summary>
    /// The program waits, as at a full pipe, until a reader has consumed what the window holds, also while no reader is attached.
    /// Of several attached readers the slowest counts.
    /// </summary>
    Block,

    /// <summary>Nothing is dropped: the stream's file grows without bound. When the disk is full the program waits for space.</summary>
    Spill,
}
