using System.Diagnostics;

namespace Tether.Platform.Linux;

/// <summary>
/// Looks again for what is waited for, for a moment, before the thread sleeps: who answers at once has often done so before a sleeping processor
/// would have been woken, which takes longer than the answer. In between the processor is offered to others (sched_yield(2)), as it may be this
/// one that the answer is to come from. Where a look was in vain, or the others kept the processor for long, twice as many waits as before go
/// without one. Not exact when several threads wait at once, which does no harm (decision 21).
/// </summary>
internal struct BusyPoll
{
    private const int MostSkipped = 1023;

    private static readonly long Window = Stopwatch.Frequency / 5_000;

    private int _skipped;
    private int _toSkip;

    /// <summary>Until when to look, 200 µs from now; 0: not this time.</summary>
    internal long Begin()
    {
        if (_toSkip <= 0)
            return Stopwatch.GetTimestamp() + Window;

        _toSkip--;
        return 0;
    }

    /// <summary>After a look in vain: whether to look again.</summary>
    internal static bool GoesOn(long end)
    {
        Thread.Yield();
        return Stopwatch.GetTimestamp() < end;
    }

    /// <summary>What came of it. What was found after its time would have been found sooner by sleeping.</summary>
    internal void Ended(long end, bool found)
    {
        _skipped = found && Stopwatch.GetTimestamp() < end ? 0 : Math.Min((2 * _skipped) + 1, MostSkipped);
        _toSkip = _skipped;
    }
}
