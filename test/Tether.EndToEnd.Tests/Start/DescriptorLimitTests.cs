namespace Tether.EndToEnd.Tests.Start;

/// <summary>Launchers with few descriptors or none, and keepers that get no more than their launcher may have.</summary>
public sealed class DescriptorLimitTests
{
    private const int EMFILE = 24;

    [Fact]
    public async Task StartAsync_LauncherHasNoDescriptorLeft_FailsAndLaterStarts()
    {
        await using TestHome home = new();
        string name = Traces.UniqueName();
        await using LauncherProcess launcher = await LauncherProcess.StartAsync(home, ["name=" + name, "fill-descriptors=0"], ["cat"]);
        FailureReport failure = await launcher.FailToStartAsync();
        Assert.Equal((nameof(ProcessStartException), "OutOfResources", EMFILE, "cat"), (failure.Type, failure.Reason, failure.Errno, failure.Program));
        await Traces.AssertNoneAsync(home, name);
        Assert.Equal("released", await launcher.OrderAsync("release"));
        await Detachment.AssertDetachedAsync(home, await launcher.StartProgramAsync(), launcher.Id);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    public async Task StartAsync_LauncherHasFewDescriptorsLeft_StartsOrLeavesNoTrace(int free)
    {
        await using TestHome home = new();
        string name = Traces.UniqueName();
        await using LauncherProcess launcher = await LauncherProcess.StartAsync(home, ["name=" + name, $"fill-descriptors={free}"], ["cat"]);
        bool started = await AssertStartsOrLeavesNoTraceAsync(home, launcher, name);
        Assert.Equal("released", await launcher.OrderAsync("release"));
        if (!started)
        {
            // What ran out was not for good.
            Assert.Equal(name, (await launcher.StartProgramAsync()).Name);
        }
    }

    [Fact]
    public async Task StartAsync_HardLimitTooLowForAKeeper_StartsOrLeavesNoTrace()
    {
        await using TestHome home = new();
        int started = 0;
        for (int limit = 10; limit <= 40; limit += 2)
        {
            string name = Traces.UniqueName();
            await using LauncherProcess launcher = await LauncherProcess.StartAsync(home, ["name=" + name, $"limit=7:{limit}:{limit}"], ["cat"]);
            started += await AssertStartsOrLeavesNoTraceAsync(home, launcher, name) ? 1 : 0;
        }

        Assert.True(started > 0);
    }

    [Fact]
    public async Task ReadAsync_FirstOneThatWaitsFindsNoDescriptor_FailsAndLaterWaits()
    {
        await using TestHome home = new();
        string socket = Path.Combine(home.Path, "socket");
        await using LauncherProcess launcher = await LauncherProcess.StartAsync(home, ["socket=" + socket, "fill-descriptors=0"], ["cat"]);
        Assert.Equal(nameof(LocalSocketError.ResourceExhausted), await launcher.OrderAsync("talk"));
        Assert.Equal("released", await launcher.OrderAsync("release"));
        Assert.Equal("1", await launcher.OrderAsync("talk"));
    }

    private static async Task<bool> AssertStartsOrLeavesNoTraceAsync(TestHome home, LauncherProcess launcher, string name)
    {
        await launcher.SendAsync("start");
        string report = await launcher.ReadLineAsync();
        if (LauncherProcess.FailureOf(report) is { } failure)
        {
            Assert.Equal((nameof(ProcessStartException), "cat"), (failure.Type, failure.Program));
            Assert.True(failure.Reason is "OutOfResources" or "KeeperFailed", report);
            await Traces.AssertNoKeeperAsync(home, name);
            Assert.DoesNotContain(await home.ListAsync(), record => record.Name == name);
            Traces.AssertNothingHidden(home);
            return false;
        }

        Assert.Equal(ProcessState.Running, home.Record(name).State);
        await using TetheredProcess process = await home.AttachAsync(name);
        Assert.Equal("SIGKILL", (await process.KillAsync(home.Bound)).SignalName);
        return true;
    }
}
