namespace Tether.Tests.Journal;

/// <summary>A clock that stands still until it is moved.</summary>
internal sealed class ManualTime : TimeProvider
{
    private TimeSpan _now = TimeSpan.FromHours(1);
    private TimeSpan _set;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now.Ticks;

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) + _now + _set;

    internal void Advance(TimeSpan time) => _now += time;

    /// <summary>Sets the clock on the wall forward, or back; no time passes.</summary>
    internal void Set(TimeSpan change) => _set += change;
}
