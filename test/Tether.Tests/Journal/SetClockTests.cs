using Tether.Journal;
using Tether.Keeper;
using Tether.Protocol;
using Tether.Records;

namespace Tether.Tests.Journal;

/// <summary>The system's clock is set while a program is kept: no deadline moves, and the order's times never go back.</summary>
public sealed class SetClockTests : IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly ManualTime _time = new();
    private readonly FakeProgram _program = new();
    private readonly JournalDirectory _journal;
    private readonly Session _session;

    public SetClockTests()
    {
        _journal = new JournalDirectory(64 * 1024, WindowFullPolicy.DropOldest, _time);
        _session = new Session(_program, _journal.Writer, TimeSpan.FromSeconds(10), _time);
    }

    public void Dispose() => _journal.Dispose();

    [Theory]
    [InlineData(24)]
    [InlineData(-24)]
    public void Stop_ClockSetMeanwhile_KillsAfterTheGrace(int hours)
    {
        FakeClient client = new() { IsWelcome = true };
        _session.Attach(client);
        byte[] stop = ProtocolJson.Frame(FrameType.Stop, new StopMessage { Id = 1, GraceMilliseconds = 500 });
        Assert.True(Frame.TryRead(stop, Frame.MaximumPayload, out FrameType type, out ReadOnlySpan<byte> payload, out _));
        _session.OnFrame(client, type, payload);
        int before = _session.MillisecondsToDeadline;
        _time.Set(hours * Hour);
        Assert.Equal(before, _session.MillisecondsToDeadline);
        _time.Advance(TimeSpan.FromMilliseconds(499));
        _session.OnDeadline();
        Assert.DoesNotContain((9, true), _program.SentSignals);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        _session.OnDeadline();
        Assert.Equal((9, true), _program.SentSignals[^1]);
    }

    [Theory]
    [InlineData(24)]
    [InlineData(-24)]
    public void Exit_ClockSetMeanwhile_WaitsTwoSecondsForTheOutput(int hours)
    {
        _session.OnProgramEnded(new ExitFile { Code = 0, Time = _time.GetUtcNow() });
        _time.Set(hours * Hour);
        Assert.InRange(_session.MillisecondsToDeadline, 2000, 2001);
        _time.Advance(TimeSpan.FromSeconds(1.999));
        _session.OnDeadline();
        Assert.Null(_program.Exit);
        _time.Advance(TimeSpan.FromSeconds(0.001));
        _session.OnDeadline();
        Assert.NotNull(_program.Exit);
    }

    [Fact]
    public void Output_ClockSetBackAndForward_TimesOfTheOrderNeverGoBack()
    {
        int[] changes = [0, -1, 2, -24, 0, 48, -48, 0, 1];
        for (int i = 0; i < 5 * changes.Length; i++)
        {
            _time.Set(changes[i % changes.Length] * Hour);
            _time.Advance(TimeSpan.FromMilliseconds(5));
            _session.OnOutput(i % 3 == 0 ? OutputStream.StandardError : OutputStream.StandardOutput, "x"u8.ToArray());
        }

        byte[] bytes = new byte[OrderEntry.Size * 100];
        int length = _journal.Reader.Read(JournalSection.Order, 0, bytes, out _);
        OrderEntry[] entries = [.. Enumerable.Range(0, length / OrderEntry.Size).Select(i => OrderEntry.Read(bytes.AsSpan(i * OrderEntry.Size)))];
        // Every change of the stream is an entry, whatever the clock says.
        Assert.InRange(entries.Length, 30, 45);
        Assert.Equal(entries.Select(entry => entry.Time).Order(), entries.Select(entry => entry.Time));
        Assert.Equal(15, entries.Count(entry => entry.Stream == OutputStream.StandardError));
        Assert.All(
            entries.GroupBy(entry => entry.Stream),
            stream => Assert.Equal(stream.Select(entry => entry.Offset).Distinct().Order(), stream.Select(entry => entry.Offset)));
    }
}
