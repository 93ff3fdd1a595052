using System.Buffers;
using System.Text;

namespace Tether.Platform.Linux;

/// <summary>
/// The bytes of a Unix string as a .NET string and back, without loss. UTF-8 stays UTF-8; a byte 0x80…0xFF that is part of no valid
/// UTF-8 sequence becomes the lone surrogate U+DC80…U+DCFF and turns into that byte again (the convention of PEP 383). So a file name
/// in another encoding can be passed as an argument.
/// </summary>
internal static class ByteString
{
    /// <summary>The bytes of <paramref name="text"/>, without a terminator.</summary>
    /// <exception cref="ArgumentException">The text holds a NUL, which no Unix string can.</exception>
    internal static byte[] Encode(string text, string what)
    {
        if (text.Contains('\0'))
        {
            throw new ArgumentException($"{what} contains a NUL character at index {text.IndexOf('\0')}; a Unix string ends there. Remove it.");
        }

        byte[] bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        int length = 0;
        for (int i = 0; i < text.Length;)
        {
            OperationStatus status = Rune.DecodeFromUtf16(text.AsSpan(i), out Rune rune, out int consumed);
            if (status != OperationStatus.Done && text[i] is >= '\uDC80' and <= '\uDCFF')
            {
                bytes[length++] = (byte)(text[i] - 0xDC00);
            }
            else
            {
                length += rune.EncodeToUtf8(bytes.AsSpan(length));
            }

            i += consumed;
        }

        return bytes[..length];
    }

    /// <summary>The text of <paramref name="bytes"/>.</summary>
    internal static string Decode(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new(bytes.Length);
        Span<char> pair = stackalloc char[2];
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int consumed) == OperationStatus.Done)
            {
                text.Append(pair[..rune.EncodeToUtf16(pair)]);
                bytes = bytes[consumed..];
            }
            else
            {
                text.Append((char)(0xDC00 + bytes[0]));
                bytes = bytes[1..];
            }
        }

        return text.ToString();
    }
}
