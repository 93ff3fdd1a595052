using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Tether.TestShell;

/// <summary>Descriptors 0, 1 and 2 of a command; null where one is closed.</summary>
internal sealed class Files(Stream?[] streams)
{
    internal Stream?[] Streams { get; } = streams;

    internal Stream Input => Streams[0] ?? Stream.Null;

    internal Stream Output => Streams[1] ?? throw new IOException("Standard output is closed.");

    internal static Files Standard() => new([Open(0), Open(1), Open(2)]);

    internal Files Copy() => new([.. Streams]);

    internal void WriteLine(string text) => Write(Encoding.UTF8.GetBytes(text + "\n"));

    internal void Write(byte[] bytes)
    {
        Output.Write(bytes);
        Output.Flush();
    }

    /// <summary>A line without its end; null at the end of the input.</summary>
    internal string? ReadLine()
    {
        List<byte> line = [];
        for (int next; (next = Input.ReadByte()) != '\n'; line.Add((byte)next))
        {
            if (next < 0)
            {
                return line.Count > 0 ? Encoding.UTF8.GetString([.. line]) : null;
            }
        }

        return Encoding.UTF8.GetString([.. line]);
    }

    private static RawFile? Open(int number)
    {
        SafeFileHandle handle = StandardHandles.Get(number);
        return handle.IsInvalid ? null : new RawFile(handle);
    }
}
