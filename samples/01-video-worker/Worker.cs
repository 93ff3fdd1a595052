using System.Buffers;
using System.Globalization;

namespace VideoWorker;

/// <summary>
/// The worker: a plain program that knows nothing of Tether. It reads raw frames from its standard input and writes one line per frame to
/// its standard output.
/// </summary>
internal static class Worker
{
    internal static int Run()
    {
        using Stream input = Console.OpenStandardInput();
        using StreamWriter output = new(Console.OpenStandardOutput()) { AutoFlush = true };
        byte[] frame = new byte[Camera.FrameSize];
        int count = 0;
        for (; input.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) == frame.Length; count++)
        {
            output.Write(Result(count, frame));
        }

        Console.Error.WriteLine($"worker: {count} frames");
        return 0;
    }

    /// <summary>What the worker says of a frame.</summary>
    internal static string Result(int number, ReadOnlySpan<byte> frame)
    {
        long sum = 0;
        foreach (byte pixel in frame)
        {
            sum += pixel;
        }

        return string.Create(CultureInfo.InvariantCulture, $"frame {number}: brightness {sum / (double)frame.Length:0.000}\n");
    }
}
