using System.Diagnostics;
using System.Text.Json.Nodes;
using Tether.EndToEnd.Tests.Cli;
using Tether.EndToEnd.Tests.Keep;

namespace Tether.EndToEnd.Tests.FailureModes;

/// <summary>A record from before the system was started again: its PIDs are strangers' now.</summary>
public sealed class RebootTests
{
    [Fact]
    public async Task RecordFromBeforeAReboot_IsLost_ItsPidsAreNeverSignalled_AndItCanBeRemoved()
    {
        await using TestHome home = new();
        using Process program = Process.Start("sleep", Programs.UniqueSeconds());
        using Process keeper = Process.Start("sleep", Programs.UniqueSeconds());
        try
        {
            await MakeAsync(home, program.Id, keeper.Id);

            Assert.Empty(await TetheredProcess.AdoptAllAsync(home.Options, home.Bound));
            ProcessRecord record = Assert.Single(await home.ListAsync());
            Assert.Equal((ProcessState.Lost, program.Id, keeper.Id), (record.State, record.ProcessId, record.KeeperProcessId));
            await using (TetheredProcess lost = await home.AttachAsync("old"))
            {
                await Assert.ThrowsAsync<KeeperLostException>(() => lost.SignalAsync(Signals.Parse("KILL"), wholeTree: true, home.Bound));
                await Assert.ThrowsAsync<KeeperLostException>(() => lost.StopAsync(TimeSpan.Zero, home.Bound));
                await Assert.ThrowsAsync<KeeperLostException>(() => lost.WaitForExitAsync(home.Bound));
            }

            foreach (string[] command in (string[][])[["stop", "old"], ["kill", "old"], ["signal", "old", "KILL"]])
            {
                (await home.CliAsync(command)).Failed(1, "'old'");
            }

            (await home.CliAsync("ps")).Succeeded();
            (await home.CliAsync("rm", "old")).Succeeded();
            Assert.Empty(await home.ListAsync());
            Assert.True(Waits.IsAlive(program.Id) && Waits.IsAlive(keeper.Id));
        }
        finally
        {
            program.Kill();
            keeper.Kill();
        }
    }

    /// <summary>A record that is right in everything, the strangers' start times too, but for the boot that it is from.</summary>
    private static async Task MakeAsync(TestHome home, int program, int keeper)
    {
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("sleep", Programs.UniqueSeconds()) { Name = "old" });
        Waits.Kill(process.KeeperId);
        await Waits.ProcessIsGoneAsync(process.KeeperId, home.Bound);
        Waits.Kill(process.Id);
        await Waits.ProcessIsGoneAsync(process.Id, home.Bound);
        string file = Path.Combine(home.Path, "old", "record.json");
        JsonNode record = JsonNode.Parse(await File.ReadAllTextAsync(file, home.Bound))!;
        record["bootId"] = Guid.NewGuid().ToString();
        foreach ((string pid, string ticks, int stranger) in (ReadOnlySpan<(string, string, int)>)[("processId", "processStartTicks", program), ("keeperProcessId", "keeperStartTicks", keeper)])
        {
            Assert.NotNull(record[pid]);
            Assert.NotNull(record[ticks]);
            record[pid] = stranger;
            string stat = File.ReadAllText($"/proc/{stranger}/stat");
            record[ticks] = long.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19]);
        }

        File.WriteAllText(file, record.ToJsonString());
    }
}
