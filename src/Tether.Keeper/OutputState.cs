using Tether.Journal;

namespace Tether.Keeper;

/// <summary>One output stream of the program: its journal, and a piece that was read but has no place there yet.</summary>
internal sealed class OutputState(OutputStream stream, StreamJournal journal)
{
    internal OutputStream Stream { get; } = stream;

    internal StreamJournal Journal { get; } = journal;

    /// <summary>At most one piece, where the platform has it: while it waits, nothing more is read, so it stays there.</summary>
    internal ReadOnlyMemory<byte> Pending { get; set; }

    internal bool IsPaused { get; set; }

    /// <summary>True when a full disk, not a reader, keeps the piece waiting.</summary>
    internal bool IsStalledByDisk { get; set; }

    /// <summary>True when the last holder of the stream's writing end is gone, and something may still be in the pipe.</summary>
    internal bool IsOrphaned { get; set; }

    /// <summary>False once the last holder of the stream's writing end is gone.</summary>
    internal bool IsOpen { get; set; } = journal.IsOpen;
}
