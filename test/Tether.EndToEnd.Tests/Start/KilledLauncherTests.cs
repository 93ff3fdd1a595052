using System.Diagnostics;
using Tether.EndToEnd.Tests.Keep;

namespace Tether.EndToEnd.Tests.Start;

/// <summary>A launcher that is killed in the middle of a start: the program runs and is listed, or there is no trace of it.</summary>
public sealed class KilledLauncherTests
{
    private const int Points = 40;

    [Theory]
    [InlineData(1)]
    [InlineData(1000)] // 1 MB of arguments: the request does not fit into the socket at once
    public async Task StartAsync_LauncherKilledAtAnyPoint_RunsOrLeavesNoTrace(int kilobytes)
    {
        await using TestHome home = new();
        string[] command = ["sh", "-c", "exec sleep 1000", .. Enumerable.Repeat(new string('0', 1000), kilobytes)];
        int listed = 0;
        for (int point = 0; point < Points; point++)
        {
            string name = Traces.UniqueName();
            await using LauncherProcess launcher = await LauncherProcess.StartAsync(home, ["name=" + name], command);
            await launcher.SendAsync("start");
            SpinFor(TimeSpan.FromMicroseconds(point * 400));
            await launcher.KillAsync();
            listed += await EndsListedAsync(home, name) ? 1 : 0;
            Assert.Equal(listed, (await home.ListAsync()).Count);
        }

        Assert.All(await home.ListAsync(), record => Assert.Equal(ProcessState.Running, record.State));
    }

    /// <summary>A point in the middle of a start is microseconds wide: no clock that sleeps would meet it.</summary>
    private static void SpinFor(TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            Thread.SpinWait(10);
        }
    }

    /// <summary>Waits until the keeper, if there is one, is through its start; true when its program runs.</summary>
    private static async Task<bool> EndsListedAsync(TestHome home, string name)
    {
        // A launcher's copy becomes a keeper, and that forks: a look at all processes that meets each at the moment of its change sees neither.
        const int changes = 3;
        for (int unseen = 0; unseen <= changes;)
        {
            unseen = ProcInfo.IsBeingLaunched(name) || ProcInfo.Keepers(name).Count > 0 ? 0 : unseen + 1;
            if ((await home.ListAsync()).Find(record => record.Name == name) is { State: ProcessState.Running } running)
            {
                // The copy that made the keeper may still be about to end.
                await Waits.UntilAsync(() => ProcInfo.Keepers(name).Count == 1 || home.Bound.IsCancellationRequested, home.Bound);
                Assert.Equal(running.KeeperProcessId, Assert.Single(ProcInfo.Keepers(name)));
                Assert.Equal(running.ProcessId, ProcInfo.Session(running.ProcessId));
                Traces.AssertNothingHidden(home);
                return true;
            }

            Assert.False(home.Bound.IsCancellationRequested, $"The start of {name} does not come to an end.");
        }

        Traces.AssertNothingHidden(home);
        Assert.DoesNotContain(await home.ListAsync(), record => record.Name == name);
        return false;
    }
}
