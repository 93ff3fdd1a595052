namespace Tether;

/// <summary>The bound on a grace: what an event loop's time-out in milliseconds can hold.</summary>
internal static class Grace
{
    internal static readonly TimeSpan Maximum = TimeSpan.FromDays(24);

    internal static TimeSpan Validate(TimeSpan grace) =>
        grace >= TimeSpan.Zero && grace <= Maximum ? grace : throw new ArgumentOutOfRangeException(nameof(grace), grace, "A grace lasts 0 to 24 days.");
}
