namespace Tether.EndToEnd.Tests.Start;

/// <summary>Starts leave nothing behind but their records.</summary>
public sealed class ManyStartsTests
{
    [Fact]
    public async Task StartAsync_200OneAfterAnother_LeaveNoProcessDescriptorOrHiddenDirectory()
    {
        await using TestHome home = new();
        await using LauncherProcess launcher = await LauncherProcess.StartAsync(home, [], ["true"]);
        // The first start makes what a runtime makes once.
        List<StartReport> starts = [await launcher.StartProgramAsync()];
        Assert.Equal("disposed", await launcher.OrderAsync("dispose"));
        string before = await launcher.OrderAsync("descriptors");
        for (int i = 1; i < 200; i++)
        {
            starts.Add(await launcher.StartProgramAsync());
        }

        Assert.Equal("disposed", await launcher.OrderAsync("dispose"));
        Assert.Equal(before, await launcher.OrderAsync("descriptors"));
        Assert.Empty(ProcInfo.Children(launcher.Id));
        foreach (StartReport start in starts)
        {
            await Traces.AssertNoKeeperAsync(home, start.KeeperId);
            Assert.Equal(0, home.Record(start.Name).Exit!.ExitCode);
            string[] files = [.. Directory.EnumerateFileSystemEntries(Path.Combine(home.Path, start.Name)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
            Assert.Equal(["exit.json", "order.log", "positions", "record.json", "stderr.log", "stdout.log"], files);
        }

        Assert.Equal(200, (await home.ListAsync()).Count);
        Traces.AssertNothingHidden(home);
    }
}
