namespace Tether;

/// <summary>The time-outs of local sockets: zero does not wait, <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.</summary>
internal static class LocalTimeout
{
    /// <summary>The longest time-out other than <see cref="Timeout.InfiniteTimeSpan"/>: about 24 days, what timers can measure.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <exception cref="ArgumentOutOfRangeException">
    /// The value is negative, or more than <see cref="int.MaxValue"/> milliseconds.
    /// </exception>
    internal static TimeSpan Validate(TimeSpan timeout)
    {
        if (timeout != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(timeout, Longest);
        }

        return timeout;
    }

    /// <summary>What is left of a time-out that began at a time stamp; zero when it has run out.</summary>
    internal static TimeSpan Left(TimeSpan timeout, long start)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
            return timeout;

        TimeSpan left = timeout - TimeProvider.System.GetElapsedTime(start);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>For poll(2): -1 for ever, and up to the next whole one, so that the last one is waited and not spun.</summary>
    internal static int Milliseconds(TimeSpan timeout) =>
        timeout == Timeout.InfiniteTimeSpan ? -1 : (int)Math.Min(int.MaxValue, Math.Ceiling(timeout.TotalMilliseconds));
}
