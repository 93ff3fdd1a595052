using System.Runtime.InteropServices;
using Tether.Keeper.Platform.Windows;

namespace Tether.WineTests;

/// <summary>Which event of the console stands for a signal. Wine 8 delivers no Ctrl+Break, so no program shows there that it is QUIT's.</summary>
public sealed class ConsoleSignalTests
{
    [Theory]
    [InlineData(PosixSignal.SIGINT, 0u)] // CTRL_C_EVENT
    [InlineData(PosixSignal.SIGTERM, 0u)]
    [InlineData(PosixSignal.SIGQUIT, 1u)] // CTRL_BREAK_EVENT
    public void EventOf_SignalOfTheConsole_IsItsEvent(PosixSignal signal, uint expected) =>
        Assert.Equal(expected, ConsoleSignals.EventOf(Signals.ToNumber(signal)));

    [Fact]
    public void EventOf_EveryOtherSignal_IsNone() =>
        Assert.Equal([2, 3, 15], Enumerable.Range(-1, 70).Where(signal => ConsoleSignals.EventOf(signal) is not null));
}
