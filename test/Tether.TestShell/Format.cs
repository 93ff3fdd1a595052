using System.Text;

namespace Tether.TestShell;

/// <summary>printf's formats: \n, \t, \\, octal bytes, %s, %d and %%.</summary>
internal static class Format
{
    internal static byte[] Of(string format, string[] arguments)
    {
        using MemoryStream bytes = new();
        int used = 0;
        do
        {
            used = Once(format, arguments, used, bytes);
        }
        while (used > 0 && used < arguments.Length);

        return bytes.ToArray();
    }

    private static int Once(string format, string[] arguments, int used, MemoryStream bytes)
    {
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] == '%' && i + 1 < format.Length)
            {
                bytes.Write(Encoding.UTF8.GetBytes(format[++i] == '%' ? "%" : used < arguments.Length ? arguments[used++] : ""));
            }
            else if (format[i] == '\\' && i + 1 < format.Length)
            {
                i = Escape(format, i + 1, bytes);
            }
            else
            {
                int end = i + 1;
                while (end < format.Length && format[end] is not ('%' or '\\'))
                {
                    end++;
                }

                bytes.Write(Encoding.UTF8.GetBytes(format[i..end]));
                i = end - 1;
            }
        }

        return used;
    }

    private static int Escape(string format, int at, MemoryStream bytes)
    {
        int end = at;
        while (end < format.Length && end < at + 3 && char.IsAsciiDigit(format[end]))
        {
            end++;
        }

        bytes.WriteByte(end > at
            ? (byte)Convert.ToInt32(format[at..end], 8)
            : format[at] switch { 'n' => (byte)'\n', 't' => (byte)'\t', 'r' => (byte)'\r', var other => (byte)other });
        return Math.Max(at, end - 1);
    }
}
