using System.Runtime.Versioning;
using System.Text;
using Tether.Platform.Windows;

namespace Tether.Cli.Platform.Windows;

/// <summary>
/// A standard stream that is a console, as UTF-8. A console has characters, not bytes: through ReadFile and WriteFile they would be those
/// of the console's code page, and all others would be lost.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class ConsoleStream(int number) : StandardStream(number)
{
    private const int Chunk = 4096;

    /// <summary>Ctrl-Z at the start of a line ends the input, as it does for every program of a console.</summary>
    private const char EndOfInput = '\x1A';

    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly Encoder _encoder = Encoding.UTF8.GetEncoder();
    private readonly byte[] _unread = new byte[Chunk * 3];
    private int _unreadStart;
    private int _unreadEnd;

    public override int Read(Span<byte> buffer)
    {
        while (_unreadStart == _unreadEnd)
        {
            if (buffer.IsEmpty || !Fill())
            {
                return 0;
            }
        }

        int count = Math.Min(buffer.Length, _unreadEnd - _unreadStart);
        _unread.AsSpan(_unreadStart, count).CopyTo(buffer);
        _unreadStart += count;
        return count;
    }

    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        Span<char> characters = stackalloc char[Chunk];
        while (!buffer.IsEmpty)
        {
            // What is half a character at the end is kept for the next call.
            _decoder.Convert(buffer, characters, flush: false, out int taken, out int count, out _);
            buffer = buffer[taken..];
            fixed (char* start = characters)
            {
                for (int done = 0; done < count;)
                {
                    if (!ConsoleApi.WriteConsole(Handle, start + done, count - done, out int written, 0))
                    {
                        throw Failed("Writing", WindowsError.Last());
                    }

                    done += written;
                }
            }
        }
    }

    /// <summary>Reads what the user types up to Enter. False at the end.</summary>
    private unsafe bool Fill()
    {
        Span<char> line = stackalloc char[Chunk];
        int count;
        fixed (char* start = line)
        {
            // Ctrl-C ends the call with nothing read; whoever handles it decides what becomes of this process.
            do
            {
                int error = ConsoleApi.ReadConsole(Handle, start, line.Length, out count, 0) ? 0 : WindowsError.Last();
                if (error is not (0 or WindowsError.OperationAborted))
                {
                    throw Failed("Reading", error);
                }
            }
            while (count == 0);
        }

        if (line[0] == EndOfInput)
        {
            return false;
        }

        _unreadStart = 0;
        _unreadEnd = _encoder.GetBytes(line[..count], _unread, flush: false);
        return true;
    }

    private IOException Failed(string operation, int error) =>
        new($"{operation} {Name} failed: {WindowsError.Text(error).TrimEnd('.')} (error {error}).", error);
}
