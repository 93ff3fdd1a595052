namespace Tether.Journal;

/// <summary>The last word of a group of positions.</summary>
[Flags]
internal enum JournalFlags : long
{
    None = 0,

    /// <summary>More may come.</summary>
    Open = 1,

    /// <summary>The disk was full: the window is smaller than asked for, or bytes were dropped, or (spill, block) the program waits.</summary>
    DiskFull = 2,

    /// <summary>The program waits for a reader (policy "block").</summary>
    WaitsForReader = 4,
}
