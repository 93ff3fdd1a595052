using Microsoft.Win32.SafeHandles;
using Tether.Journal;

namespace Tether.Keeper;

/// <summary>The journal of a session: one file of positions, one file per output stream, one for their order.</summary>
internal sealed class SessionJournal : IDisposable
{
    private readonly SafeFileHandle _positions;
    private readonly SafeFileHandle[] _data;

    /// <param name="positions">The file of positions.</param>
    /// <param name="data">The files of stdout, stderr and their order.</param>
    /// <param name="window">How much of each stream can be read again, in bytes.</param>
    /// <param name="whenFull">What happens when a window is full.</param>
    /// <param name="written">How far another keeper came with these files, by <see cref="JournalSection"/>; null for new ones.</param>
    /// <param name="time">The clock of the order.</param>
    internal SessionJournal(
        SafeFileHandle positions, SafeFileHandle[] data, long window, WindowFullPolicy whenFull, JournalPositions[]? written, TimeProvider time)
    {
        _positions = positions;
        _data = data;
        if (written is null)
        {
            PositionsFile.Create(positions);
        }

        StandardOutput = new StreamJournal(
            data[0], positions, JournalSection.StandardOutput, window, whenFull, written?[(int)JournalSection.StandardOutput]);
        StandardError = new StreamJournal(
            data[1], positions, JournalSection.StandardError, window, whenFull, written?[(int)JournalSection.StandardError]);
        Order = new OrderJournal(
            data[2], positions, window, whenFull == WindowFullPolicy.Spill, time, written?[(int)JournalSection.Order]);
        Input = written?[(int)JournalSection.StandardInput] ?? new JournalPositions(0, 0, long.MaxValue, JournalFlags.Open);
        if (written is null)
        {
            WriteInput(0, 0, isOpen: true);
        }
    }

    /// <summary>The file of positions.</summary>
    internal SafeFileHandle Positions => _positions;

    /// <summary>The file of an output stream.</summary>
    internal SafeFileHandle Data(OutputStream stream) => _data[(int)stream - 1];

    /// <summary>How far the input is.</summary>
    internal JournalPositions Input { get; private set; }

    internal StreamJournal StandardOutput { get; }

    internal StreamJournal StandardError { get; }

    internal OrderJournal Order { get; }

    public void Dispose()
    {
        _positions.Dispose();
        foreach (SafeFileHandle file in _data)
        {
            file.Dispose();
        }
    }

    /// <summary>
    /// The program's standard input was given <paramref name="accepted"/> bytes, and is being given those up to <paramref name="offered"/>: a
    /// keeper that is killed between the two leaves it unknown whether the program has them.
    /// </summary>
    internal void WriteInput(long accepted, long offered, bool isOpen)
    {
        Input = new JournalPositions(accepted, offered, long.MaxValue, isOpen ? JournalFlags.Open : JournalFlags.None);
        PositionsFile.Write(_positions, JournalSection.StandardInput, Input);
    }
}
