using Microsoft.Win32.SafeHandles;
using Tether.Journal;

namespace Tether.Keeper;

/// <summary>The journal of a session: one file of positions, one file per output stream, one for their order.</summary>
internal sealed class SessionJournal : IDisposable
{
    private readonly SafeFileHandle _positions;
    private readonly SafeFileHandle[] _data;

    internal SessionJournal(SafeFileHandle positions, SafeFileHandle standardOutput, SafeFileHandle standardError, SafeFileHandle order, long window, WindowFullPolicy whenFull, TimeProvider time)
    {
        _positions = positions;
        _data = [standardOutput, standardError, order];
        PositionsFile.Create(positions);
        StandardOutput = new StreamJournal(standardOutput, positions, JournalSection.StandardOutput, window, whenFull);
        StandardError = new StreamJournal(standardError, positions, JournalSection.StandardError, window, whenFull);
        Order = new OrderJournal(order, positions, window, whenFull == WindowFullPolicy.Spill, time);
        WriteInput(0, isOpen: true);
    }

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

    internal void WriteInput(long position, bool isOpen) =>
        PositionsFile.Write(_positions, JournalSection.StandardInput, new JournalPositions(position, position, long.MaxValue, isOpen ? JournalFlags.Open : JournalFlags.None));
}
