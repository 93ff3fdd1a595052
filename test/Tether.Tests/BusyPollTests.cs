using System.Diagnostics;
using Tether.Platform.Linux;

namespace Tether.Tests;

/// <summary>When a thread looks again before it sleeps, and when it does no longer.</summary>
public sealed class BusyPollTests
{
    [Fact]
    public void Begin_AfterSuccess_LooksEachTime()
    {
        BusyPoll poll = default;
        for (int i = 0; i < 1000; i++)
        {
            Assert.NotEqual(0, poll.Begin());
            poll.Ended(long.MaxValue, found: true);
        }
    }

    [Fact]
    public void Begin_InVainEachTime_LooksOnceInAThousandWaits()
    {
        const int Waits = 1 << 20;
        BusyPoll poll = default;
        Assert.InRange(Looks(ref poll, Waits), Waits / 1024, (Waits / 1024) + 10);
    }

    [Fact]
    public void Begin_OneInVain_SkipsOne()
    {
        BusyPoll poll = default;
        Assert.NotEqual(0, poll.Begin());
        poll.Ended(long.MaxValue, found: false);
        Assert.Equal(0, poll.Begin());
        Assert.NotEqual(0, poll.Begin());
    }

    /// <summary>Another program kept the processor meanwhile: a sleeping thread would have been given it back at once.</summary>
    [Fact]
    public void Begin_FoundTooLate_CountsAsInVain()
    {
        BusyPoll poll = default;
        Assert.NotEqual(0, poll.Begin());
        poll.Ended(Stopwatch.GetTimestamp(), found: true);
        Assert.Equal(0, poll.Begin());
    }

    [Fact]
    public void Begin_FoundAfterManyInVain_LooksEachTimeAgain()
    {
        BusyPoll poll = default;
        Looks(ref poll, 5000);
        while (poll.Begin() == 0)
        {
        }

        poll.Ended(long.MaxValue, found: true);
        Assert.NotEqual(0, poll.Begin());
    }

    [Fact]
    public void GoesOn_AfterTheEnd_IsFalse()
    {
        Assert.False(BusyPoll.GoesOn(Stopwatch.GetTimestamp()));
        Assert.True(BusyPoll.GoesOn(long.MaxValue));
    }

    private static int Looks(ref BusyPoll poll, int waits)
    {
        int looks = 0;
        for (int i = 0; i < waits; i++)
        {
            if (poll.Begin() == 0)
                continue;

            looks++;
            poll.Ended(long.MaxValue, found: false);
        }

        return looks;
    }
}
