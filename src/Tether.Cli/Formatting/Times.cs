using System.Globalization;

namespace Tether.Cli.Formatting;

/// <summary>Times as text.</summary>
internal static class Times
{
    /// <summary>RFC 3339 in UTC, to the second.</summary>
    internal static string ToText(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>RFC 3339 in UTC, to the millisecond.</summary>
    internal static string ToPreciseText(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>How long ago, in the largest unit that leaves a telling number.</summary>
    internal static string ToAge(TimeSpan age) => age switch
    {
        { TotalSeconds: < 1 } => "0s",
        { TotalMinutes: < 2 } => $"{(long)age.TotalSeconds}s",
        { TotalHours: < 2 } => $"{(long)age.TotalMinutes}m",
        { TotalDays: < 2 } => $"{(long)age.TotalHours}h",
        _ => $"{(long)age.TotalDays}d",
    };
}
