using Tether.Client;
using Tether.Keeper;
using Tether.Protocol;
using Tether.Records;

namespace Tether.Tests.Journal;

/// <summary>The keeper's logic, with a clock, a program and clients that do as they are told.</summary>
public sealed class SessionTests : IDisposable
{
    private const int Window = 64 * 1024;

    private readonly ManualTime _time = new();
    private readonly FakeProgram _program = new();
    private readonly JournalDirectory _journal;
    private readonly Session _session;

    public SessionTests()
    {
        _journal = new JournalDirectory(Window, WindowFullPolicy.Block, _time);
        _session = new Session(_program, _journal.Writer, TimeSpan.FromSeconds(10), _time);
    }

    public void Dispose() => _journal.Dispose();

    [Fact]
    public void Exit_BothStreamsEnded_IsPublishedAtOnceAndTheSessionIsOver()
    {
        FakeClient client = Attach();
        _session.OnOutputEnded(OutputStream.StandardOutput);
        _session.OnProgramEnded(Ended(3));
        Assert.Null(_program.Exit);
        Assert.False(_session.IsOver);
        _session.OnOutputEnded(OutputStream.StandardError);
        Assert.Equal((3, true), (_program.Exit!.Code, _program.Exit.OutputComplete));
        Assert.True(_session.IsOver);
        Assert.Equal([FrameType.InputClosed, FrameType.Exited], client.Take());
        Assert.Equal(-1, _session.MillisecondsToDeadline);
    }

    [Fact]
    public void Exit_StreamHeldByAnother_IsPublishedAfterTwoSecondsAndOutputGoesOn()
    {
        FakeClient client = Attach();
        _session.OnOutputEnded(OutputStream.StandardError);
        _session.OnProgramEnded(Ended(0));
        Assert.InRange(_session.MillisecondsToDeadline, 2000, 2001);
        _time.Advance(TimeSpan.FromSeconds(1.999));
        _session.OnDeadline();
        Assert.Null(_program.Exit);
        _time.Advance(TimeSpan.FromSeconds(0.001));
        _session.OnDeadline();
        Assert.False(_program.Exit!.OutputComplete);
        Assert.False(_session.IsOver);
        Assert.Equal(-1, _session.MillisecondsToDeadline);
        _session.OnOutput(OutputStream.StandardOutput, "late"u8.ToArray());
        Assert.Equal("late"u8.ToArray(), _journal.ReadFrom(0));
        _session.OnOutputEnded(OutputStream.StandardOutput);
        Assert.True(_session.IsOver);
        Assert.Equal(1, client.Take().Count(type => type == FrameType.Exited));
    }

    [Fact]
    public void Input_OfAClientThatIsAcknowledgedLater_IsToldWhenMuchIsOwedWithOutputWhenAskedAndBeforeTheEnd()
    {
        FakeClient client = Attach();
        Send(client, Frame.Create(FrameType.Acknowledge, [1]));
        Send(client, Frame.Create(FrameType.Input, new byte[100]));
        Assert.Empty(client.Take());
        SendInput(client, Frame.LargestDebt - 100);
        Assert.Equal([FrameType.InputAccepted], client.Take());

        Send(client, Payloads.StreamOffset(FrameType.WaitOutput, OutputStream.StandardOutput, 0));
        Send(client, Frame.Create(FrameType.Input, new byte[100]));
        Assert.Empty(client.Take());
        _session.OnOutput(OutputStream.StandardOutput, "x"u8.ToArray());
        Assert.Equal([FrameType.InputAccepted, FrameType.Output], client.Take());

        Send(client, Frame.Create(FrameType.Input, new byte[100]));
        Send(client, Frame.Create(FrameType.Acknowledge, [0]));
        Assert.Equal([FrameType.InputAccepted], client.Take());

        // Asked while the program's pipe is full: told when it has taken everything.
        _program.Appetite = 50;
        Send(client, Frame.Create(FrameType.Input, new byte[100]));
        Send(client, Frame.Create(FrameType.Acknowledge, [0]));
        Assert.Empty(client.Take());
        _program.Appetite = int.MaxValue;
        _session.OnInputWritable();
        Assert.Equal([FrameType.InputAccepted], client.Take());

        // What was taken before the program closed its input counts as taken.
        Send(client, Frame.Create(FrameType.Input, new byte[100]));
        _session.OnInputBroken();
        Assert.Equal([FrameType.InputAccepted, FrameType.InputClosed], client.Take());
    }

    [Fact]
    public void Stop_NotHeeded_KillsAfterTheGraceAndAgainWhateverIsLeft()
    {
        FakeClient client = Attach();
        Send(client, ProtocolJson.Frame(FrameType.Stop, new StopMessage { Id = 1, GraceMilliseconds = 500 }));
        Assert.Equal([FrameType.Reply], client.Take());
        Assert.Equal([(15, true), (18, true)], _program.SentSignals);
        _time.Advance(TimeSpan.FromMilliseconds(500));
        _session.OnDeadline();
        Assert.Equal((9, true), _program.SentSignals[^1]);
        _session.OnProcessEnded();
        Assert.Equal(4, _program.SentSignals.Count);
        _session.OnOutputEnded(OutputStream.StandardOutput);
        _session.OnOutputEnded(OutputStream.StandardError);
        _session.OnProgramEnded(Ended(137));
        Assert.False(_session.IsOver);
        _program.HasProcesses = false;
        Assert.True(_session.IsOver);
    }

    [Fact]
    public void Detach_LauncherOfATiedProgram_StopsIt()
    {
        FakeClient launcher = new() { IsTie = true, IsWelcome = true };
        _session.Attach(launcher);
        _session.Detach(launcher);
        _session.Detach(launcher);
        Assert.Equal([(15, true), (18, true)], _program.SentSignals);
        Assert.InRange(_session.MillisecondsToDeadline, 10_000, 10_001);
    }

    [Fact]
    public void Input_ProgramThatTakesLittle_IsAcknowledgedAsItIsTakenAndNeverMixed()
    {
        FakeClient first = Attach();
        FakeClient second = Attach();
        _program.Appetite = 3;
        Send(first, Frame.Create(FrameType.Input, "aaaaa"u8));
        Send(second, Frame.Create(FrameType.Input, "bbb"u8));
        Send(first, Frame.Create(FrameType.CloseInput, []));
        Assert.Equal((5 - 3, 3), (first.InputInFlight, second.InputInFlight));
        Assert.True(_program.IsInputWatched);
        Assert.False(_program.IsInputClosed);
        // A client that is gone has still said what it said.
        _session.Detach(second);
        _program.Appetite = 1;
        _session.OnInputWritable();
        _program.Appetite = int.MaxValue;
        _session.OnInputWritable();
        Assert.Equal("aaaaabbb"u8.ToArray(), _program.Input.ToArray());
        Assert.True(_program.IsInputClosed);
        Assert.Equal(8, _session.InputPosition);
        Assert.Equal(
            [FrameType.InputAccepted, FrameType.InputAccepted, FrameType.InputAccepted, FrameType.InputClosed],
            first.Take());
        Send(first, Frame.Create(FrameType.Input, "more"u8));
        Assert.Equal([FrameType.InputClosed], first.Take());
    }

    [Fact]
    public void Input_EmptyFrameBehindWhatWaits_HoldsNothingUp()
    {
        FakeClient client = Attach();
        _program.Appetite = 1;
        Send(client, Frame.Create(FrameType.Input, "abc"u8));
        Send(client, Frame.Create(FrameType.Input, []));
        Send(client, Frame.Create(FrameType.Input, "d"u8));
        _program.Appetite = int.MaxValue;
        _session.OnInputWritable();
        Assert.Equal("abcd"u8.ToArray(), _program.Input.ToArray());
        Assert.False(_program.IsInputWatched);
        Assert.Equal(0, client.InputInFlight);
    }

    [Fact]
    public void CloseInput_AgainAndAgainWhileInputWaits_TakesNoMemory()
    {
        FakeClient client = Attach();
        _program.Appetite = 1;
        Send(client, Frame.Create(FrameType.Input, "abc"u8));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100_000; i++)
        {
            _session.OnFrame(client, FrameType.CloseInput, []);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
        _program.Appetite = int.MaxValue;
        _session.OnInputWritable();
        Assert.Equal("abc"u8.ToArray(), _program.Input.ToArray());
        Assert.True(_program.IsInputClosed);
    }

    [Fact]
    public void Input_BeyondTheCredit_EndsThatClientsConnection()
    {
        FakeClient greedy = Attach();
        FakeClient other = Attach();
        _program.Appetite = 0;
        for (int i = 0; i < Frame.InputCredit / Frame.MaximumPayload; i++)
        {
            Send(greedy, Frame.Create(FrameType.Input, new byte[Frame.MaximumPayload]));
        }

        Assert.Empty(greedy.Take());
        Send(greedy, Frame.Create(FrameType.Input, new byte[1]));
        Assert.Equal([FrameType.Error], greedy.Take());
        Assert.True(greedy.IsClosed);
        Send(other, Frame.Create(FrameType.Input, new byte[1]));
        Assert.False(other.IsClosed);
    }

    [Fact]
    public void Input_ClosedByTheProgram_IsToldToAllAndDropsWhatWaits()
    {
        FakeClient writer = Attach();
        FakeClient watcher = Attach();
        _program.Appetite = 1;
        Send(writer, Frame.Create(FrameType.Input, "abc"u8));
        _program.Appetite = -1;
        _session.OnInputWritable();
        _session.OnInputBroken();
        Assert.Equal([FrameType.InputAccepted, FrameType.InputClosed], writer.Take());
        Assert.Equal([FrameType.InputClosed], watcher.Take());
        Assert.Equal(1, _session.InputPosition);
    }

    [Fact]
    public void WaitOutput_OffsetPassedOrEnd_IsToldOnce()
    {
        FakeClient client = Attach();
        Send(client, Payloads.StreamOffset(FrameType.WaitOutput, OutputStream.StandardError, 2));
        _session.OnOutput(OutputStream.StandardError, "ab"u8.ToArray());
        _session.OnOutput(OutputStream.StandardOutput, "abcdef"u8.ToArray());
        Assert.Empty(client.Take());
        _session.OnOutput(OutputStream.StandardError, "c"u8.ToArray());
        _session.OnOutput(OutputStream.StandardError, "d"u8.ToArray());
        Assert.Equal((OutputStream.StandardError, true, 0L, 3L), Payloads.ReadOutput(Assert.Single(client.TakeFrames()).Payload));
        Send(client, Payloads.StreamOffset(FrameType.WaitOutput, OutputStream.StandardError, 9));
        _session.OnOutputEnded(OutputStream.StandardError);
        Assert.Equal((OutputStream.StandardError, false, 0L, 4L), Payloads.ReadOutput(Assert.Single(client.TakeFrames()).Payload));
    }

    [Fact]
    public void Consumed_SeveralClients_TheSlowestThatReadsCounts()
    {
        FakeClient slow = Attach();
        FakeClient fast = Attach();
        Attach();
        Consume(slow, 0);
        Consume(fast, 0);
        Write(OutputStream.StandardOutput, Window);
        Assert.Equal(0, _session.OutputRoom(OutputStream.StandardOutput));
        Assert.Contains(OutputStream.StandardOutput, _program.Paused);
        Consume(fast, Window);
        Assert.Equal(0, _session.OutputRoom(OutputStream.StandardOutput));
        Consume(slow, 100);
        Assert.Empty(_program.Paused);
        Assert.Equal(100, _session.OutputRoom(OutputStream.StandardOutput));
        Write(OutputStream.StandardOutput, 100);
        // It reads no longer, though it is still there.
        Consume(slow, ReaderOffsets.NoReader);
        Assert.True(_session.OutputRoom(OutputStream.StandardOutput) > 0);
        // A second reader of the fast client starts from further back: what was given up, and stands there still, is kept for it.
        Consume(fast, 200);
        Assert.Equal(100, _session.OutputRoom(OutputStream.StandardOutput));
        Write(OutputStream.StandardOutput, 100);
        Assert.Equal(0, _session.OutputRoom(OutputStream.StandardOutput));
        _session.Detach(fast);
        Assert.Equal(0, _session.OutputRoom(OutputStream.StandardOutput));
        FakeClient next = Attach();
        Consume(next, _journal.Writer.StandardOutput.End);
        Assert.True(_session.OutputRoom(OutputStream.StandardOutput) > 0);
    }

    [Fact]
    public void Output_ThatHadToWait_IsInTheMergedOrderToo()
    {
        FakeClient reader = Attach();
        Write(OutputStream.StandardOutput, Window - 10);
        // More than there is room for: the rest waits.
        _session.OnOutput(OutputStream.StandardOutput, new byte[30]);
        _time.Advance(TimeSpan.FromMilliseconds(5));
        _session.OnOutput(OutputStream.StandardError, "between"u8.ToArray());
        MergedReader merged = new(_journal.Reader, 0, 0, follow: true);
        Assert.Equal(Window + 7, Drain(merged));
        Consume(reader, Window);
        Assert.Equal(20, Drain(merged));
        Assert.Equal(Window + 20, merged.OffsetOf(OutputStream.StandardOutput));
    }

    [Fact]
    public void Frame_ThatCannotBe_EndsTheConnectionAndNothingElse()
    {
        FakeClient client = Attach();
        Send(client, Frame.Create(FrameType.WaitOutput, [9]));
        Assert.Equal([FrameType.Error], client.Take());
        Assert.True(client.IsClosed);
        Assert.True(_session.IsInputOpen);
        Assert.Empty(_program.SentSignals);
    }

    [Fact]
    public void Tie_BrokenAfterTheProgramEnded_StopsWhatItLeftBehind()
    {
        FakeClient launcher = new() { IsTie = true, IsWelcome = true };
        _session.Attach(launcher);
        _session.OnProgramEnded(Ended(0));
        _session.Detach(launcher);
        Assert.Contains((15, true), _program.SentSignals);
        Assert.False(_session.IsOver);
    }

    [Fact]
    public void Input_LeftByManyClientsThatAreGone_IsBoundedInAll()
    {
        _program.Appetite = 0;
        const int clients = Frame.MaximumQueuedInput / Frame.InputCredit;
        for (int i = 0; i < clients; i++)
        {
            FakeClient leaving = Attach();
            SendInput(leaving, Frame.InputCredit);
            Assert.False(leaving.IsClosed);
            _session.Detach(leaving);
        }

        FakeClient oneTooMany = Attach();
        SendInput(oneTooMany, 1);
        Assert.True(oneTooMany.IsClosed);
        Assert.Equal(FrameType.Error, oneTooMany.Take()[^1]);

        _program.Appetite = int.MaxValue;
        _session.OnInputWritable();
        Assert.Equal(Frame.MaximumQueuedInput, _session.InputPosition);
        FakeClient next = Attach();
        SendInput(next, 1);
        Assert.False(next.IsClosed);
    }

    private void SendInput(FakeClient client, int length)
    {
        for (int sent = 0; sent < length; sent += Frame.MaximumPayload)
        {
            _session.OnFrame(client, FrameType.Input, new byte[Math.Min(Frame.MaximumPayload, length - sent)]);
        }
    }

    private static ExitFile Ended(int code) => new() { Code = code, Time = DateTimeOffset.UnixEpoch };

    private FakeClient Attach()
    {
        FakeClient client = new() { IsWelcome = true };
        _session.Attach(client);
        return client;
    }

    private void Send(FakeClient client, byte[] frame)
    {
        Assert.True(Frame.TryRead(frame, Frame.MaximumPayload, out FrameType type, out ReadOnlySpan<byte> payload, out _));
        _session.OnFrame(client, type, payload);
    }

    private void Consume(FakeClient client, long offset) => Send(client, Payloads.StreamOffset(FrameType.Consumed, OutputStream.StandardOutput, offset));

    /// <summary>As the loop reads: never more than there is room for.</summary>
    private void Write(OutputStream stream, int length)
    {
        while (length > 0)
        {
            int room = _session.OutputRoom(stream);
            Assert.True(room > 0);
            int piece = Math.Min(room, length);
            _session.OnOutput(stream, new byte[piece]);
            length -= piece;
        }
    }

    private static long Drain(MergedReader reader)
    {
        long length = 0;
        while (reader.TryRead() is { } chunk)
        {
            length += chunk.Data.Length;
        }

        return length;
    }
}
