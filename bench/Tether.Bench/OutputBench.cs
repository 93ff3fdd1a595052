using System.Diagnostics;

namespace Tether.Bench;

/// <summary>A program writes 2 GiB in blocks of 64 KiB; the caller reads them all.</summary>
internal static class OutputBench
{
    private const int Rounds = 5;
    private const long Total = 2L << 30;
    private static readonly string[] Program = ["dd", "if=/dev/zero", "bs=64K", $"count={Total / 65536}", "status=none"];

    internal static async Task<Table> RunAsync(Workplace place)
    {
        _ = place;
        Series process = new("System.Diagnostics.Process, synchronous reads (not kept)");
        Series live = new("Tether, journaled and read live (block)");
        Series alone = new("Tether, journaled, nobody reads (drop)");
        for (int round = 0; round < Rounds; round++)
        {
            process.Add(ByProcess());
            live.Add(await LiveAsync());
            alone.Add(await AloneAsync());
        }

        return new Table("Output, program writes 64 KiB blocks", "GB/s", [process, live, alone]);
    }

    private static double ByProcess()
    {
        long start = Stopwatch.GetTimestamp();
        using Process process = Process.Start(new ProcessStartInfo(Program[0], Program[1..]) { RedirectStandardOutput = true })!;
        byte[] buffer = new byte[1 << 20];
        while (process.StandardOutput.BaseStream.Read(buffer) > 0)
        {
        }

        process.WaitForExit();
        return Rate(start);
    }

    private static async Task<double> LiveAsync()
    {
        long start = Stopwatch.GetTimestamp();
        TetheredProcess process = await TetheredProcess.StartAsync(new ProcessSpec(Program[0], Program[1..]) { WhenFull = WindowFullPolicy.Block });
        byte[] buffer = new byte[1 << 20];
        await using (OutputReadStream output = process.StandardOutput.OpenRead())
        {
            while (await output.ReadAsync(buffer) > 0)
            {
            }
        }

        double rate = Rate(start);
        await Workplace.EndAsync(process);
        return rate;
    }

    private static async Task<double> AloneAsync()
    {
        long start = Stopwatch.GetTimestamp();
        TetheredProcess process = await TetheredProcess.StartAsync(new ProcessSpec(Program[0], Program[1..]));
        await process.WaitForExitAsync();
        double rate = Rate(start);
        await Workplace.EndAsync(process);
        return rate;
    }

    private static double Rate(long start) => Total / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9;
}
