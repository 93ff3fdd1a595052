using System.Diagnostics;
using Medallion.Shell;

namespace Tether.Bench.Drivers;

/// <summary>.NET's own <see cref="Process"/>, and MedallionShell on top of it.</summary>
internal sealed class ProcessDriver(string program, DriverOutput output)
{
    private const int WarmUp = 2000;

    internal void Start(int rounds, int megabytes, int descriptors)
    {
        using LauncherLoad load = new(megabytes, descriptors);
        for (int round = -3; round < rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            using Process process = Open("-1", "hello");
            Started(round, start, process.StandardOutput.BaseStream);
            process.Kill();
            process.WaitForExit();
        }
    }

    internal async Task StartMedallionAsync(int rounds)
    {
        for (int round = -3; round < rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            using Command command = Command.Run(program, "-1", "hello");
            Started(round, start, command.StandardOutput.BaseStream);
            command.Kill();
            await command.Task;
        }
    }

    /// <summary>Twice, as ours (TetherDriver).</summary>
    internal async Task OutputAsync(string work, string processor, long bytes, bool synchronous)
    {
        await TakeOutputAsync(work, processor, bytes, synchronous, isCounted: false);
        await TakeOutputAsync(work, processor, bytes, synchronous, isCounted: true);
    }

    private async Task TakeOutputAsync(string work, string processor, long bytes, bool synchronous, bool isCounted)
    {
        long start = Stopwatch.GetTimestamp();
        using Process process = Open(processor, work, bytes.ToString(), "65536");
        byte[] buffer = new byte[1 << 20];
        Stream stream = process.StandardOutput.BaseStream;
        while ((synchronous ? stream.Read(buffer) : await stream.ReadAsync(buffer)) > 0)
        {
        }

        if (isCounted)
        {
            output.AddRate(bytes, start);
        }

        await process.WaitForExitAsync();
    }

    internal void Input(string processor, long bytes)
    {
        GiveInput(processor, bytes, isCounted: false);
        GiveInput(processor, bytes, isCounted: true);
    }

    private void GiveInput(string processor, long bytes, bool isCounted)
    {
        byte[] block = new byte[65536];
        long start = Stopwatch.GetTimestamp();
        using Process process = Open(processor, "sink", bytes.ToString());
        for (long left = bytes; left > 0; left -= block.Length)
        {
            process.StandardInput.BaseStream.Write(block);
        }

        process.StandardInput.BaseStream.Flush();
        process.StandardOutput.BaseStream.ReadExactly(block, 0, 1);
        if (isCounted)
        {
            output.AddRate(bytes, start);
        }

        process.WaitForExit();
    }

    internal async Task EchoAsync(string processor, int rounds, bool synchronous)
    {
        using Process process = Open(processor, "echo");
        Stream input = process.StandardInput.BaseStream;
        Stream from = process.StandardOutput.BaseStream;
        byte[] message = new byte[64];
        for (int round = -WarmUp; round < rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            if (synchronous)
            {
                input.Write(message);
                input.Flush();
                from.ReadExactly(message);
            }
            else
            {
                await input.WriteAsync(message);
                await input.FlushAsync();
                await from.ReadExactlyAsync(message);
            }

            if (round >= 0)
            {
                output.AddMicroseconds("us", start);
            }
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync();
    }

    private void Started(int round, long start, Stream stream)
    {
        TimeSpan returned = Stopwatch.GetElapsedTime(start);
        stream.ReadExactly(new byte[1]);
        TimeSpan first = Stopwatch.GetElapsedTime(start);
        if (round >= 0)
        {
            output.Add("returns", returned.TotalMicroseconds);
            output.Add("first", first.TotalMicroseconds);
        }
    }

    private Process Open(params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
}
