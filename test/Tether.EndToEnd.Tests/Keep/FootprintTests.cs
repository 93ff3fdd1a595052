using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace Tether.EndToEnd.Tests.Keep;

/// <summary>What keeping costs, and what it leaves.</summary>
public sealed partial class FootprintTests(ITestOutputHelper report)
{
    private const double MaximumMegabytes = 1.2;

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Keepers_OfAHundredIdlePrograms_MakeNoSystemCallAndTakeLittleMemory()
    {
        await using TestHome home = new(120);
        const int count = 100;
        List<TetheredProcess> processes = [];
        for (int i = 0; i < count; i++)
        {
            // Programs with a history, not fresh ones: each has read and written.
            TetheredProcess process = await home.StartAsync(new ProcessSpec("cat") { Name = $"idle-{i}" });
            await process.StandardInput.WriteTextAsync("x", home.Bound);
            await Waits.OutputReachesAsync(process, OutputStream.StandardOutput, 1, home.Bound);
            processes.Add(process);
        }

        List<double> megabytes = [.. processes.Select(process => ProportionalKilobytes(process.KeeperId) / 1024.0)];
        report.WriteLine($"Threads of a keeper: {Directory.GetDirectories($"/proc/{processes[0].KeeperId}/task").Length}");
        report.WriteLine($"PSS per keeper: {megabytes.Average():0.00} MB on average, {megabytes.Max():0.00} MB at most, {count} keepers");
        // Where no C linker was found the keeper brings a whole runtime along, whose threads have timers of their own.
        bool isAheadOfTime = !File.Exists(Path.Combine(AppContext.BaseDirectory, "tether-keeper.dll"));
        Assert.True(megabytes.Average() <= MaximumMegabytes || !isAheadOfTime, $"{megabytes.Average():0.00} MB");
        string expected = string.Join('\n', Descriptors(processes[0].KeeperId));
        report.WriteLine($"Descriptors of a keeper:\n{expected}");
        Assert.All(processes, process => Assert.Equal(expected, string.Join('\n', Descriptors(process.KeeperId))));

        string trace = Path.Combine(home.Path, ".trace");
        ProcessStartInfo strace = new("timeout", ["--signal=INT", "10", "strace", "-f", "-qq", "-o", trace, .. processes.SelectMany(p => (string[])["-p", $"{p.KeeperId}"])]);
        using (Process tracing = Process.Start(strace)!)
        {
            await tracing.WaitForExitAsync(home.Bound);
        }

        // When it attaches, strace shows the call that each thread was waiting in, and this is the only one of each.
        string[] calls = await File.ReadAllLinesAsync(trace, home.Bound);
        report.WriteLine($"{calls.Length} threads:\n{string.Join('\n', calls.Take(4))}");
        Assert.All(isAheadOfTime ? calls : [], call => Assert.Matches(WaitingCall(), call));
        List<string> threads = [.. calls.Select(call => call.Split(' ')[0])];
        Assert.True(threads.Count >= count);
        Assert.True(!isAheadOfTime || threads.Distinct().Count() == threads.Count, string.Join('\n', calls));
        foreach (TetheredProcess process in processes)
        {
            await process.DisposeAsync();
        }
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Starts_AThousand_LeaveNothingButTheRecords()
    {
        await using TestHome home = new(180);
        const int count = 1000;
        using Process launcher = Process.Start(new ProcessStartInfo(KeptTestProgram.Path, ["start-many", home.Path, $"{count}", "8"]) { RedirectStandardOutput = true })!;
        string[] told = (await launcher.StandardOutput.ReadToEndAsync(home.Bound)).Trim().Split(' ');
        await launcher.WaitForExitAsync(home.Bound);
        Assert.Equal(0, launcher.ExitCode);
        Assert.Equal(told[0], told[1]);
        Assert.Equal("0", told[2]);

        List<ProcessRecord> records = await home.ListAsync();
        Assert.Equal(count, records.Count);
        Assert.All(records, record => Assert.Equal((ProcessState.Exited, 0), (record.State, record.Exit!.ExitCode)));
        foreach (ProcessRecord record in records)
        {
            await Waits.ProcessIsGoneAsync(record.KeeperProcessId, home.Bound);
        }

        string[] files = ["exit.json", "order.log", "positions", "record.json", "stderr.log", "stdout.log"];
        foreach (string directory in Directory.EnumerateFileSystemEntries(home.Path))
        {
            Assert.StartsWith("run-", Path.GetFileName(directory), StringComparison.Ordinal);
            Assert.Equal(files, Directory.EnumerateFileSystemEntries(directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        }

        foreach (ProcessRecord record in records)
        {
            TetheredProcess.Remove(record.Name, home.Options);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(home.Path));
    }

    [Fact]
    public async Task Keeper_ProgramEnded_EndsByItselfWhenItsFactsAreOnDisk()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "echo x; exit 3");
        await using TetheredProcess watcher = await home.AttachAsync(process.Name);
        // Two handles are open and nobody has asked for anything.
        await Waits.ProcessIsGoneAsync(process.KeeperId, home.Bound);
        Assert.Equal((ProcessState.Exited, 3), (home.Record(process.Name).State, home.Record(process.Name).Exit!.ExitCode));
        Assert.Equal("x\n", await watcher.StandardOutput.ReadTextAsync(home.Bound));
        Assert.Equal(3, (await watcher.WaitForExitAsync(home.Bound)).ExitCode);
    }

    private static long ProportionalKilobytes(int pid)
    {
        string line = File.ReadLines($"/proc/{pid}/smaps_rollup").First(l => l.StartsWith("Pss:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    /// <summary>What the descriptors are, without what differs between two keepers.</summary>
    private static IEnumerable<string> Descriptors(int pid) => Directory.GetFiles($"/proc/{pid}/fd")
        .Select(descriptor => new FileInfo(descriptor).LinkTarget ?? "")
        .Select(target => Numbers().Replace(Path.GetFileName(target), "N"))
        .Order(StringComparer.Ordinal);

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"^\d+ +(epoll_p?wait|futex|restart_syscall)\(.*<(unfinished|detached) \.\.\.>$")]
    private static partial Regex WaitingCall();
}
