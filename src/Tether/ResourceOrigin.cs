namespace Tether;

/// <summary>Where a process likely got a descriptor from.</summary>
public enum ResourceOrigin
{
    /// <summary>No living ancestor that could be seen has it: the process opened it itself, or got it from one that is gone.</summary>
    Unknown = 0,

    /// <summary>A living ancestor has the same open file: <see cref="ResourceHolder.Ancestor"/>.</summary>
    Ancestor = 1,

    /// <summary>
    /// No living ancestor has it, and one is gone: the process that took the file's lock has ended, or the process was given another
    /// parent.
    /// </summary>
    AncestorGone = 2,
}
