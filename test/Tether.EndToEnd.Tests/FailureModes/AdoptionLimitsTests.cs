using System.Diagnostics;
using Tether.EndToEnd.Tests.Keep;

namespace Tether.EndToEnd.Tests.FailureModes;

/// <summary>Who is taken over, by whom, and who is not.</summary>
public sealed class AdoptionLimitsTests
{
    [Theory]
    [InlineData("bootId")]
    [InlineData("pidNamespace")]
    public async Task RecordOfAnotherBootOrNamespace_IsNotTakenOver_AndWhatHasItsNumberIsNotTouched(string field)
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "trap '' TERM; while :; do sleep 0.05; done");
        Waits.Kill(process.KeeperId);
        await Waits.ProcessIsGoneAsync(process.KeeperId, home.Bound);
        string file = Path.Combine(home.Path, process.Name, "record.json");
        string json = await File.ReadAllTextAsync(file, home.Bound);
        string value = json.Split($"\"{field}\":\"")[1].Split('"')[0];
        await File.WriteAllTextAsync(file, json.Replace(value, "another", StringComparison.Ordinal), home.Bound);

        await using (TetheredProcess lost = await home.AttachAsync(process.Name))
        {
            await Assert.ThrowsAnyAsync<TetherException>(() => lost.KillAsync(home.Bound));
        }

        Assert.Equal(ProcessState.Lost, home.Record(process.Name).State);
        Assert.Empty(await TetheredProcess.AdoptAllAsync(home.Options, home.Bound));
        Assert.True(Waits.IsAlive(process.Id));
        // It is this test's own to end.
        await File.WriteAllTextAsync(file, json, home.Bound);
        await using TetheredProcess again = await home.AttachAsync(process.Name);
        await again.KillAsync(home.Bound);
    }

    [Fact]
    public async Task TwoProcessesListAtOnce_OneKeeperTakesOver_NoByteIsLost()
    {
        const int length = 400_000;
        const ulong seed = 9;
        await using TestHome home = new(120);
        for (int round = 0; round < 5; round++)
        {
            string name = $"round-{round}";
            ProcessSpec spec = new("sh", ["-c", $"'{KeptTestProgram.Path}' pieces {length} 3000 {seed}; exec sleep 81762"]) { Name = name, WhenFull = WindowFullPolicy.Spill };
            await using TetheredProcess process = await home.StartAsync(spec);
            Waits.Kill(process.KeeperId);
            await Waits.ProcessIsGoneAsync(process.KeeperId, home.Bound);

            Process[] lists = [.. Enumerable.Range(0, 2).Select(_ => StartPs(home))];
            foreach (Process list in lists)
            {
                await list.WaitForExitAsync(home.Bound);
                Assert.Equal(0, list.ExitCode);
                list.Dispose();
            }

            await using PatternReader reader = new(home, name, seed);
            await reader.ReadToAsync(length);
            Assert.Equal(length, reader.Offset);
            Assert.Equal(1, home.Record(name).Adoptions);
            // The other one has said that it was not needed, and is about to end.
            await Waits.UntilAsync(() => Keepers(name).Count() == 1, home.Bound);
            await home.KillAsync(name);
        }
    }

    [Fact]
    public async Task LauncherAndKeeperOfATiedProgramKilled_TheNextKeeperStopsIt()
    {
        string seconds = Programs.UniqueSeconds();
        await using TestHome home = new();
        using Process launcher = Process.Start(new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "tether-test-launcher"), [$"home={home.Path}", "name=tied", "tied", "--", "sleep", seconds])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await launcher.StandardOutput.ReadLineAsync(home.Bound);
        await launcher.StandardInput.WriteLineAsync("start");
        await launcher.StandardOutput.ReadLineAsync(home.Bound);
        ProcessRecord record = home.Record("tied");
        Waits.Kill(record.KeeperProcessId);
        await Waits.ProcessIsGoneAsync(record.KeeperProcessId, home.Bound);
        await using (TetheredProcess tied = await home.AttachAsync("tied"))
        {
            Assert.Equal(ProcessState.Running, tied.State);
            Waits.Kill(tied.KeeperId);
            await Waits.ProcessIsGoneAsync(tied.KeeperId, home.Bound);
        }

        launcher.Kill();
        await launcher.WaitForExitAsync(home.Bound);
        Assert.Single(Programs.With(seconds));
        await using TetheredProcess process = await home.AttachAsync("tied");
        ProcessExitStatus exit = await process.WaitForExitAsync(home.Bound);

        Assert.True(!exit.IsKnown || exit.SignalName == "SIGTERM");
        Assert.Empty(Programs.With(seconds));
    }

    [Fact]
    public async Task KeepersKilledAsSoonAsTheyAppear_EachStartSucceedsOrLeavesNothing()
    {
        await using TestHome home = new(120);
        for (int round = 0; round < 40; round++)
        {
            string name = $"start-{round}";
            string seconds = Programs.UniqueSeconds();
            using CancellationTokenSource stop = new();
            Task killer = Task.Run(() => KillKeepers(name, spins: round * 400, stop.Token), home.Bound);
            try
            {
                await (await home.StartAsync(new ProcessSpec("sleep", [seconds]) { Name = name })).DisposeAsync();
            }
            catch (ProcessStartException)
            {
                // Then nothing is left, below.
            }

            await stop.CancelAsync();
            await killer;
            try
            {
                await using TetheredProcess process = await home.AttachAsync(name);
                await process.KillAsync(home.Bound);
            }
            catch (RecordNotFoundException)
            {
                // Also where the killed keeper had left the record of a program that never ran: the next client removes it.
            }

            Assert.DoesNotContain(await home.ListAsync(), record => record.Name == name && record.State != ProcessState.Exited);

            await Waits.UntilAsync(() => Programs.With(seconds).Count == 0, home.Bound);
        }
    }

    private static Process StartPs(TestHome home)
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "tether"), ["ps"]) { RedirectStandardOutput = true };
        start.Environment["TETHER_HOME"] = home.Path;
        return Process.Start(start)!;
    }

    private static IEnumerable<int> Keepers(string name) =>
        Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), out int pid) ? pid : 0)
            .Where(pid => pid != 0 && Programs.CommandLine(pid) is [_, "fork" or "keep", var kept] && kept == name);

    private static void KillKeepers(string name, int spins, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            foreach (int pid in Keepers(name))
            {
                Thread.SpinWait(spins);
                try
                {
                    Waits.Kill(pid);
                }
                catch (ArgumentException)
                {
                    // It has ended by itself.
                }
            }
        }
    }
}
