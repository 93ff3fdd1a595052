using Tether.EndToEnd.Tests.Keep;

namespace Tether.EndToEnd.Tests.FailureModes;

/// <summary>A keeper is killed, or its disk fails, at each point of its program's end.</summary>
public sealed class KillPointExitTests
{
    [Theory]
    [InlineData("output-closed 1 kill", true)]
    [InlineData("output-closed 2 kill", true)]
    [InlineData("before-exit 1 kill", true)]
    [InlineData("exit-drafted 1 kill", true)]
    [InlineData("exit-written 1 kill", false)]
    public async Task KeeperKilled_AtItsProgramsEnd_TheExitIsRightOrSaidToBeUnknown(string fault, bool mayBeUnknown)
    {
        await using TestHome home = FaultyKeeper.Home(fault);
        await (await home.StartAsync(new ProcessSpec("sh", ["-c", "echo out; kill -USR1 $$"]) { Name = "ended" })).DisposeAsync();
        await Waits.UntilAsync(() => home.Outstanding() == 0, home.Bound);

        await using TetheredProcess process = await home.AttachAsync("ended");
        ProcessExitStatus exit = await process.WaitForExitAsync(home.Bound);

        Assert.True(exit.IsKnown || mayBeUnknown);
        Assert.Equal(exit.IsKnown ? 138 : -1, exit.ExitCode);
        Assert.Equal("out\n", await process.StandardOutput.ReadTextAsync(home.Bound));
        Assert.Equal(ProcessState.Exited, home.Record("ended").State);
        Assert.Equal(exit, home.Record("ended").Exit);
    }

    [Theory]
    [InlineData("before-exit 1 28")]
    [InlineData("exit-drafted 1 5")]
    public async Task ExitCannotBeWritten_WhoIsAttachedIsTold_AndOthersThatItIsUnknown(string fault)
    {
        await using TestHome home = FaultyKeeper.Home(fault);
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("sh", ["-c", "echo out; kill -USR1 $$"]) { Name = "ended" });
        ProcessExitStatus exit = await process.WaitForExitAsync(home.Bound);
        Assert.Equal("SIGUSR1", exit.SignalName);
        await Waits.ProcessIsGoneAsync(process.KeeperId, home.Bound);

        await using TetheredProcess later = await home.AttachAsync("ended");
        Assert.False((await later.WaitForExitAsync(home.Bound)).IsKnown);
        Assert.Equal("out\n", await later.StandardOutput.ReadTextAsync(home.Bound));
    }

    /// <summary>The exit that another keeper had begun to write is longer than the one that is written over it.</summary>
    [Fact]
    public async Task KeeperKilled_WithALongExitDrafted_TheShortOneOfTheNextKeeperIsWhole()
    {
        await using TestHome home = FaultyKeeper.Home("exit-drafted 1 kill");
        await (await home.StartAsync(new ProcessSpec("sh", ["-c", "kill -VTALRM $$"]) { Name = "ended" })).DisposeAsync();
        await Waits.UntilAsync(() => home.Outstanding() == 0, home.Bound);

        await using TetheredProcess process = await home.AttachAsync("ended");
        ProcessExitStatus exit = await process.WaitForExitAsync(home.Bound);

        Assert.False(exit.IsKnown);
        Assert.Null(home.Record("ended").Problem);
    }
}
