using System.Diagnostics;

namespace Tether.Bench.Drivers;

/// <summary>Ours: starts, output, input and echo of a kept program.</summary>
internal sealed class TetherDriver(string program, DriverOutput output)
{
    private const int Block = 65536;
    private const int WarmUp = 2000;

    internal async Task StartAsync(int rounds, int megabytes, int descriptors)
    {
        using LauncherLoad load = new(megabytes, descriptors);
        byte[] buffer = new byte[1];
        for (int round = -3; round < rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            TetheredProcess process = await TetheredProcess.StartAsync(new ProcessSpec(program, "-1", "hello"));
            TimeSpan returned = Stopwatch.GetElapsedTime(start);
            await using (OutputReadStream stream = process.StandardOutput.OpenRead())
            {
                await stream.ReadExactlyAsync(buffer);
            }

            TimeSpan first = Stopwatch.GetElapsedTime(start);
            if (round >= 0)
            {
                output.Add("returns", returned.TotalMicroseconds);
                output.Add("first", first.TotalMicroseconds);
            }

            await Workplace.EndAsync(process);
        }
    }

    /// <summary>So many at once; the rate is of starts that have returned, in starts a second.</summary>
    internal async Task ManyStartsAsync(int count, int atOnce)
    {
        List<TetheredProcess> kept = [];
        long start = Stopwatch.GetTimestamp();
        for (int done = 0; done < count; done += atOnce)
        {
            kept.AddRange(await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => TetheredProcess.StartAsync(new ProcessSpec(program, "-1", "hello")))));
        }

        output.Add("starts", count / Stopwatch.GetElapsedTime(start).TotalSeconds);
        foreach (TetheredProcess process in kept)
        {
            await Workplace.EndAsync(process);
        }
    }

    /// <summary>
    /// The program begins when all clients have attached, and stays until its processor time has been read. Done twice, of which the second counts:
    /// during the first the runtime compiles what it runs.
    /// </summary>
    internal async Task OutputAsync(string work, string processor, string keeper, long bytes, int clients, long window)
    {
        await TakeOutputAsync(work, processor, keeper, bytes, clients, window, isCounted: false);
        await TakeOutputAsync(work, processor, keeper, bytes, clients, window, isCounted: true);
    }

    private async Task TakeOutputAsync(string work, string processor, string keeper, long bytes, int clients, long window, bool isCounted)
    {
        TetheredProcess process = await TetheredProcess.StartAsync(new ProcessSpec(program, processor, "late-" + work, bytes.ToString(), "65536")
        {
            WhenFull = clients == 0 ? WindowFullPolicy.DropOldest : WindowFullPolicy.Block,
            OutputWindow = window,
        });
        Place(process, keeper);
        List<TetheredProcess> others = [];
        for (int i = 1; i < clients; i++)
        {
            others.Add(await TetheredProcess.AttachAsync(process.Name));
        }

        double used = Used(process);
        // All readers are there before the program begins, or the first would let the window go on without the others.
        OutputReadStream[] streams = [.. others.Append(process).Take(clients).Select(client => client.StandardOutput.OpenRead(0))];
        Thread[] readers = [.. streams.Select(stream => new Thread(() => Read(stream, bytes)))];
        long start = Stopwatch.GetTimestamp();
        Array.ForEach(readers, reader => reader.Start());
        process.StandardInput.Write("g"u8);
        Array.ForEach(readers, reader => reader.Join());
        if (clients == 0)
        {
            await process.StandardOutput.WaitForOutputAsync(bytes - 1);
        }

        if (isCounted)
        {
            output.AddRate(bytes, start);
            output.Add("cpu", (Used(process) - used) / (bytes / 1e9));
        }

        foreach (TetheredProcess other in others)
        {
            await other.DisposeAsync();
        }

        await Workplace.EndAsync(process);
    }

    /// <summary>A program that writes pieces of 4 KiB at so many bytes a second, for some seconds, with one client: what the keeper needs of a processor.</summary>
    internal async Task PacedAsync(string processor, long rate, int seconds)
    {
        TetheredProcess process = await TetheredProcess.StartAsync(new ProcessSpec(program, processor, "late-paced", (rate * seconds).ToString(), rate.ToString()));
        double used = Proc.Seconds(process.KeeperId);
        OutputReadStream stream = process.StandardOutput.OpenRead(0);
        Thread reader = new(() => Read(stream, rate * seconds));
        reader.Start();
        process.StandardInput.Write("g"u8);
        reader.Join();
        output.Add("share", (Proc.Seconds(process.KeeperId) - used) / seconds * 100);
        await Workplace.EndAsync(process);
    }

    internal async Task InputAsync(string processor, string keeper, long bytes)
    {
        await GiveInputAsync(processor, keeper, bytes, isCounted: false);
        await GiveInputAsync(processor, keeper, bytes, isCounted: true);
    }

    private async Task GiveInputAsync(string processor, string keeper, long bytes, bool isCounted)
    {
        TetheredProcess process = await TetheredProcess.StartAsync(new ProcessSpec(program, processor, "sink", bytes.ToString()));
        Place(process, keeper);
        byte[] block = new byte[Block];
        long start = Stopwatch.GetTimestamp();
        for (long left = bytes; left > 0; left -= Block)
        {
            process.StandardInput.Write(block);
        }

        await using (OutputReadStream stream = process.StandardOutput.OpenRead())
        {
            stream.ReadExactly(block, 0, 1);
        }

        if (isCounted)
        {
            output.AddRate(bytes, start);
        }

        await Workplace.EndAsync(process);
    }

    internal async Task EchoAsync(string processor, string keeper, int rounds, bool synchronous)
    {
        TetheredProcess process = await TetheredProcess.StartAsync(new ProcessSpec(program, processor, "echo"));
        Place(process, keeper);
        byte[] message = new byte[64];
        await using (OutputReadStream stream = process.StandardOutput.OpenRead())
        {
            for (int round = -WarmUp; round < rounds; round++)
            {
                long start = Stopwatch.GetTimestamp();
                if (synchronous)
                {
                    process.StandardInput.Write(message);
                    stream.ReadExactly(message);
                }
                else
                {
                    await process.StandardInput.WriteAsync(message);
                    await stream.ReadExactlyAsync(message);
                }

                if (round >= 0)
                {
                    output.AddMicroseconds("us", start);
                }
            }
        }

        await Workplace.EndAsync(process);
    }

    private static void Read(OutputReadStream stream, long bytes)
    {
        using OutputReadStream own = stream;
        byte[] buffer = new byte[1 << 20];
        while (bytes > 0)
        {
            int got = stream.Read(buffer);
            if (got == 0)
            {
                throw new InvalidOperationException($"The output ended {bytes} bytes early.");
            }

            bytes -= got;
        }
    }

    /// <summary>A keeper runs where its launcher was; for work on two processors it is told where.</summary>
    private static void Place(TetheredProcess process, string keeper)
    {
        if (keeper != "-1")
        {
            Proc.Place(process.KeeperId, keeper);
        }
    }

    private static double Used(TetheredProcess process) =>
        Environment.CpuUsage.TotalTime.TotalSeconds + Proc.Seconds(process.KeeperId) + Proc.Seconds(process.Id);
}
