using System.Diagnostics;

namespace Tether.Bench;

/// <summary>From the call to a started program, and to the first byte of its output in the caller's hands.</summary>
internal static class StartBench
{
    private const int Rounds = 60;
    private static readonly string[] Program = ["sh", "-c", "echo x; exec sleep 1000"];

    internal static async Task<Table> RunAsync(Workplace place)
    {
        Series tether = new("Tether, StartAsync returns");
        Series tetherByte = new("Tether, first byte");
        Series command = new("tether run, whole command");
        Series process = new("System.Diagnostics.Process, Start returns (not kept)");
        Series processByte = new("System.Diagnostics.Process, first byte (not kept)");
        Series dtach = new("dtach -n, whole command");
        for (int round = 0; round < Rounds + 5; round++)
        {
            bool counts = round >= 5;
            await TetherAsync(counts ? tether : new(""), counts ? tetherByte : new(""));
            ByProcess(counts ? process : new(""), counts ? processByte : new(""));
            Command(counts ? command : new(""), Workplace.Tool("tether"), "run", "-n", $"bench-{round}", "--", "sleep", "1000");
            await Workplace.EndAsync(await TetheredProcess.AttachAsync($"bench-{round}"));
            if (Workplace.Find("dtach") is { } dtachPath)
            {
                string socket = Path.Combine(place.Home, "dtach.sock");
                Command(counts ? dtach : new(""), dtachPath, "-n", socket, "sleep", "1017");
                Run("pkill", "-f", "sleep 1017");
            }
        }

        return new Table("Start", "µs", [tether, tetherByte, command, process, processByte, dtach], "Records on a tmpfs, as under $XDG_RUNTIME_DIR; conmon, tmux and the others belong to the full comparison.");
    }

    private static async Task TetherAsync(Series returns, Series firstByte)
    {
        long start = Stopwatch.GetTimestamp();
        TetheredProcess process = await TetheredProcess.StartAsync(new ProcessSpec(Program[0], Program[1..]));
        returns.AddMicroseconds(start);
        byte[] buffer = new byte[1];
        await using (OutputReadStream output = process.StandardOutput.OpenRead())
        {
            await output.ReadExactlyAsync(buffer);
        }

        firstByte.AddMicroseconds(start);
        await Workplace.EndAsync(process);
    }

    private static void ByProcess(Series returns, Series firstByte)
    {
        long start = Stopwatch.GetTimestamp();
        using Process process = Process.Start(new ProcessStartInfo(Program[0], Program[1..]) { RedirectStandardOutput = true, RedirectStandardInput = true, RedirectStandardError = true })!;
        returns.AddMicroseconds(start);
        process.StandardOutput.BaseStream.ReadExactly(new byte[1]);
        firstByte.AddMicroseconds(start);
        process.Kill();
        process.WaitForExit();
    }

    private static void Command(Series series, string program, params string[] arguments)
    {
        long start = Stopwatch.GetTimestamp();
        Run(program, arguments);
        series.AddMicroseconds(start);
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        process.WaitForExit();
    }
}
