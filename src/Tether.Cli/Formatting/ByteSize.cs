using System.CommandLine.Parsing;
using System.Globalization;

namespace Tether.Cli.Formatting;

/// <summary>Sizes in bytes as people write and read them: powers of 1024.</summary>
internal static class ByteSize
{
    private const string Suffixes = "KMGT";

    /// <summary>Reads an option's value: digits and perhaps K, M, G or T, of either case, perhaps followed by "iB" or "B".</summary>
    internal static long? Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (TryParse(text, out long size))
        {
            return size;
        }

        result.AddError($"'{text}' is no size: use a number of bytes, or one with K, M, G or T (64K, 8M)");
        return null;
    }

    /// <summary>Short and rounded, for a table: <c>999</c>, <c>1.5K</c>, <c>12M</c>.</summary>
    internal static string Format(long size)
    {
        double value = size;
        int suffix = -1;
        while (value >= 1000 && suffix < Suffixes.Length - 1)
        {
            value /= 1024;
            suffix++;
        }

        return suffix < 0 ? size.ToString(CultureInfo.InvariantCulture) : value.ToString(value < 9.95 ? "0.0" : "0", CultureInfo.InvariantCulture) + Suffixes[suffix];
    }

    private static bool TryParse(string text, out long size)
    {
        string number = text.TrimEnd('B', 'b').TrimEnd('i');
        int power = number.Length > 0 ? Suffixes.IndexOf(char.ToUpperInvariant(number[^1])) + 1 : 0;
        number = power > 0 ? number[..^1] : number;
        bool isNumber = long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out size);
        int shift = 10 * power;
        bool fits = isNumber && size <= long.MaxValue >> shift;
        size = fits ? size << shift : 0;
        return fits;
    }
}
