using System.Text.Encodings.Web;

namespace Tether.Protocol;

/// <summary>
/// Escapes what <see cref="JavaScriptEncoder.Default"/> escapes, in its way: all but the letters, digits and signs of ASCII that are harmless
/// in HTML, too. Setting that encoder up runs over every character of Unicode and keeps 18 kB of tables.
/// </summary>
internal sealed class JsonTextEncoder : JavaScriptEncoder
{
    internal static readonly JsonTextEncoder Instance = new();

    /// <summary><c>\uXXXX</c>.</summary>
    public override int MaxOutputCharactersPerInputCharacter => 6;

    public override bool WillEncode(int unicodeScalar) => unicodeScalar is < ' ' or > '~' or '"' or '\\' or '&' or '\'' or '+' or '<' or '>' or '`';

    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
    {
        for (int i = 0; i < textLength; i++)
        {
            if (WillEncode(text[i]))
            {
                return i;
            }
        }

        return -1;
    }

    public override unsafe bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        Span<char> output = new(buffer, bufferLength);
        numberOfCharactersWritten = 0;
        if (!WillEncode(unicodeScalar))
        {
            return Append(output, (char)unicodeScalar, ref numberOfCharactersWritten);
        }

        char letter = unicodeScalar switch
        {
            '\b' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\f' => 'f',
            '\r' => 'r',
            '\\' => '\\',
            _ => '\0',
        };
        if (letter != '\0')
        {
            return Append(output, '\\', ref numberOfCharactersWritten) && Append(output, letter, ref numberOfCharactersWritten);
        }

        // A character past the first 65,536 is a pair of surrogates.
        return unicodeScalar <= char.MaxValue
            ? AppendNumber(output, unicodeScalar, ref numberOfCharactersWritten)
            : AppendNumber(output, 0xD800 + ((unicodeScalar - 0x10000) >> 10), ref numberOfCharactersWritten)
                && AppendNumber(output, 0xDC00 + ((unicodeScalar - 0x10000) & 0x3FF), ref numberOfCharactersWritten);
    }

    private static bool AppendNumber(Span<char> output, int unit, ref int written)
    {
        const string digits = "0123456789ABCDEF";
        return Append(output, '\\', ref written) && Append(output, 'u', ref written)
            && Append(output, digits[unit >> 12], ref written) && Append(output, digits[(unit >> 8) & 15], ref written)
            && Append(output, digits[(unit >> 4) & 15], ref written) && Append(output, digits[unit & 15], ref written);
    }

    private static bool Append(Span<char> output, char character, ref int written)
    {
        if (written == output.Length)
        {
            written = 0;
            return false;
        }

        output[written++] = character;
        return true;
    }
}
