using System.CommandLine.Parsing;
using System.Globalization;

namespace Tether.Cli.Formatting;

/// <summary>An option's value that counts something: digits alone.</summary>
internal static class WholeNumber
{
    internal static long? Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            return number;
        }

        result.AddError($"'{text}' is no number: use 0 or more, in digits");
        return null;
    }
}
