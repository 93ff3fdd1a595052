using System.Diagnostics;

namespace Tether.Bench;

/// <summary>64 bytes to the program's stdin and back from its stdout, one at a time.</summary>
internal static class EchoBench
{
    private const int Rounds = 2000;

    internal static async Task<Table> RunAsync(Workplace place)
    {
        _ = place;
        Series plain = new("System.Diagnostics.Process, synchronous (not kept)");
        Series tether = new("Tether, asynchronous");
        byte[] message = new byte[64];
        using Process process = Process.Start(new ProcessStartInfo("cat") { RedirectStandardOutput = true, RedirectStandardInput = true })!;
        TetheredProcess kept = await TetheredProcess.StartAsync(new ProcessSpec("cat"));
        OutputReadStream output = kept.StandardOutput.OpenRead();
        for (int round = 0; round < Rounds + 100; round++)
        {
            long start = Stopwatch.GetTimestamp();
            process.StandardInput.BaseStream.Write(message);
            process.StandardInput.BaseStream.Flush();
            process.StandardOutput.BaseStream.ReadExactly(message);
            (round < 100 ? new("") : plain).AddMicroseconds(start);

            start = Stopwatch.GetTimestamp();
            await kept.StandardInput.WriteAsync(message);
            await output.ReadExactlyAsync(message);
            (round < 100 ? new("") : tether).AddMicroseconds(start);
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync();
        await output.DisposeAsync();
        await Workplace.EndAsync(kept);
        return new Table("Echo of 64 bytes", "µs", [plain, tether], "Unpinned: wake-ups across processors dominate.");
    }
}
