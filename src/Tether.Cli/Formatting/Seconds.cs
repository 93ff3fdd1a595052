using System.CommandLine.Parsing;
using System.Globalization;

namespace Tether.Cli.Formatting;

/// <summary>A time that an option gives in seconds, with or without a fraction.</summary>
internal static class Seconds
{
    /// <summary>24 days: what a wait in milliseconds can hold.</summary>
    private const double Maximum = 24 * 24 * 3600;

    internal static TimeSpan? Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds <= Maximum)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        result.AddError($"'{text}' is no time: use seconds from 0 to {Maximum:0}, such as 5 or 0.5");
        return null;
    }
}
