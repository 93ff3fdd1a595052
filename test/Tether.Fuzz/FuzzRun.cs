using System.Diagnostics;
using System.Globalization;

namespace Tether.Fuzz;

/// <summary>A whole run: frames, then a flood, then clients that fill memory, with witnesses who must not notice.</summary>
internal sealed class FuzzRun(FuzzOptions options, TextWriter output)
{
    /// <summary>
    /// What a keeper may have as its own at most, in KiB: 256 clients × (64 KiB of an unfinished frame + 64 KiB unread), 16 MiB of input that waits
    /// for the program, and as much again for what the collector has not taken back yet.
    /// </summary>
    private const long MaximumKilobytes = 96 * 1024;

    private string _home = "";

    /// <exception cref="FuzzFailureException">A keeper did what it must not do.</exception>
    internal async Task RunAsync()
    {
        DirectoryInfo home = Directory.CreateTempSubdirectory("tether-fuzz-");
        _home = Path.Combine(home.FullName, "home");
        try
        {
            long start = Environment.TickCount64;
            output.WriteLine($"fuzz: --frames {options.Frames} --seed {options.Seed} --workers {options.Workers} --flood {options.Flood}");
            string frames = await SendFramesAsync();
            string floods = await FloodAsync();
            string memory = await FillMemoryAsync();
            output.WriteLine($"fuzz passed: {frames}; {floods}; {memory}; {(Environment.TickCount64 - start) / 1000} s");
        }
        finally
        {
            await EndAllAsync();
            home.Delete(recursive: true);
        }
    }

    private async Task<string> SendFramesAsync()
    {
        // What is sent to the first comes back whole; with "Block" at the second a reader of the fuzzer's may hold the program up, for as long as it lives.
        await using KeeperUnderTest spilling = await KeeperUnderTest.StartAsync(_home, "spilling", WindowFullPolicy.Spill, takesInput: true, "cat");
        await using KeeperUnderTest blocking = await KeeperUnderTest.StartAsync(_home, "blocking", WindowFullPolicy.Block, takesInput: false, "cat");
        KeeperUnderTest[] keepers = [spilling, blocking];
        int[] descriptors = [.. keepers.Select(keeper => keeper.Descriptors)];
        await using Witness first = new(spilling);
        await using Witness second = new(blocking);
        using CancellationTokenSource stop = new();
        Task[] witnesses = [Task.Run(() => first.RunAsync(stop.Token)), Task.Run(() => second.RunAsync(stop.Token))];
        long share = (options.Frames + options.Workers - 1) / options.Workers;
        FuzzWorker[] workers = [.. Enumerable.Range(0, options.Workers).Select(i => new FuzzWorker(keepers[i % 2], i + 1, options.Seed + i, share))];
        try
        {
            await Task.WhenAll(workers.Select(worker => Task.Factory.StartNew(worker.Run, TaskCreationOptions.LongRunning)));
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(witnesses);
        }

        using CancellationTokenSource bound = new(TimeSpan.FromSeconds(30));
        foreach ((FuzzWorker worker, int i) in workers.Select((worker, i) => (worker, i)).Where(pair => pair.i % 2 == 0))
        {
            await first.ReadUntilAsync(i + 1, worker.Cells, bound.Token);
        }

        long cells = workers.Sum(worker => worker.Cells);
        foreach ((KeeperUnderTest keeper, int before) in keepers.Zip(descriptors))
        {
            keeper.RequireNoMoreDescriptorsThan(before);
            FuzzFailureException.ThrowIf(keeper.Process.State != ProcessState.Running, "A program did not survive.");
        }

        return string.Create(CultureInfo.InvariantCulture,
            $"{workers.Sum(worker => worker.Sent)} frames on {workers.Sum(worker => worker.Connections)} connections ({workers.Sum(worker => worker.Refused)} refused with the right code, {workers.Sum(worker => worker.TornOff)} torn off in a frame), {workers.Sum(worker => worker.Replies)} replies in order, {cells} cells of input echoed, {first.Bytes + second.Bytes} bytes checked, 0 lost; keepers' peak {keepers.Max(keeper => keeper.PeakKilobytes)} KiB");
    }

    private async Task<string> FloodAsync()
    {
        await using KeeperUnderTest keeper = await KeeperUnderTest.StartAsync(_home, "flooded", WindowFullPolicy.DropOldest, takesInput: false, "cat");
        int before = keeper.Descriptors;
        await using Witness witness = new(keeper);
        using CancellationTokenSource stop = new();
        Task watching = Task.Run(() => witness.RunAsync(stop.Token));
        int refused;
        try
        {
            refused = await Task.Factory.StartNew(() => Hostilities.Flood(keeper, options.Flood, Math.Min(options.Flood, DescriptorsLeft())), TaskCreationOptions.LongRunning);
        }
        finally
        {
            await stop.CancelAsync();
            await watching;
        }

        keeper.RequireNoMoreDescriptorsThan(before);
        return string.Create(CultureInfo.InvariantCulture, $"{options.Flood} connections at once ({refused} refused), peak {keeper.PeakKilobytes} KiB");
    }

    private async Task<string> FillMemoryAsync()
    {
        // Programs that do not read: all input waits in the keeper.
        await using KeeperUnderTest filled = await KeeperUnderTest.StartAsync(_home, "filled", WindowFullPolicy.DropOldest, takesInput: false, "sleep", "1000000");
        await using KeeperUnderTest visited = await KeeperUnderTest.StartAsync(_home, "visited", WindowFullPolicy.DropOldest, takesInput: false, "sleep", "1000000");
        int[] before = [filled.Descriptors, visited.Descriptors];
        long idle = filled.PrivateKilobytes;
        long full = 0;
        Hostilities.FillMemory(filled, () => full = filled.PrivateKilobytes);
        const int visitors = 1000;
        long left = Hostilities.LeaveInput(visited, visitors);
        foreach ((KeeperUnderTest keeper, int descriptors) in ((KeeperUnderTest[])[filled, visited]).Zip(before))
        {
            keeper.RequireNoMoreDescriptorsThan(descriptors);
            FuzzFailureException.ThrowIf(keeper.PeakKilobytes > MaximumKilobytes, $"A keeper had {keeper.PeakKilobytes} KiB; the bound is {MaximumKilobytes}.");
            FuzzFailureException.ThrowIf(keeper.Process.State != ProcessState.Running, "A program did not survive.");
        }

        return string.Create(CultureInfo.InvariantCulture,
            $"{Hostilities.Crowd} clients with all unread, unfinished and in flight: private {idle} KiB before, {full} KiB with them, peak {filled.PeakKilobytes} of {MaximumKilobytes} KiB; {visitors} that leave input behind: {left >> 20} MiB taken, peak {visited.PeakKilobytes} KiB");
    }

    private static int DescriptorsLeft()
    {
        // "Max open files  SOFT  HARD  files" (proc_pid_limits(5)); the runtime has raised its soft limit.
        string line = File.ReadLines("/proc/self/limits").First(candidate => candidate.StartsWith("Max open files", StringComparison.Ordinal));
        return long.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], CultureInfo.InvariantCulture, out long limit) ? (int)Math.Clamp(limit - 200, 300, 1_000_000) : 1_000_000;
    }

    private async Task EndAllAsync()
    {
        TetherOptions home = new() { HomeDirectory = _home };
        using CancellationTokenSource bound = new(TimeSpan.FromSeconds(30));
        await foreach (ProcessRecord record in TetheredProcess.ListAsync(home, bound.Token))
        {
            if (record.State == ProcessState.Running)
            {
                await using TetheredProcess process = await TetheredProcess.AttachAsync(record.Name, home, bound.Token);
                await process.KillAsync(bound.Token);
            }
            else if (record.State == ProcessState.Lost && record.ProcessId > 0)
            {
                // Its keeper did not survive. Nobody else will end it.
                using Process program = Process.GetProcessById(record.ProcessId);
                program.Kill();
            }
        }
    }
}
