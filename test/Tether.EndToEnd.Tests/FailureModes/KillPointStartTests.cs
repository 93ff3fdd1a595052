using Tether.EndToEnd.Tests.Keep;

namespace Tether.EndToEnd.Tests.FailureModes;

/// <summary>A keeper is killed, or the system says no, at each point of a start: either the program runs and is controlled, or nothing is left.</summary>
public sealed class KillPointStartTests
{
    [Theory]
    [InlineData("request-received 1 kill", false)]
    [InlineData("record-directory-made 1 kill", false)]
    [InlineData("record-directory-made 1 28", false)]
    [InlineData("record-made 1 kill", false)]
    [InlineData("record-made 1 24", false)]
    [InlineData("name-claimed 1 kill", false)]
    [InlineData("name-claimed 1 5", false)]
    [InlineData("spawned 1 28", false)]
    [InlineData("spawned 1 kill", true)]
    [InlineData("before-answer 1 kill", true)]
    [InlineData("start-answered 1 kill", true)]
    public async Task KeeperFails_InAStart_TheProgramIsControlledOrNothingIsLeft(string fault, bool isStarted)
    {
        string seconds = Programs.UniqueSeconds();
        await using TestHome home = FaultyKeeper.Home(fault);
        ProcessSpec spec = new("sleep", [seconds]) { Name = "started" };
        if (isStarted)
        {
            await (await home.StartAsync(spec)).DisposeAsync();
            await using TetheredProcess process = await home.AttachAsync("started");
            Assert.Equal([process.Id], Programs.With(seconds));
            AdoptedExit.AssertIs(137, "SIGKILL", await process.KillAsync(home.Bound));
        }
        else
        {
            await Assert.ThrowsAsync<ProcessStartException>(() => home.StartAsync(spec));
            Assert.Empty(await home.ListAsync());
            // The name is free.
            await using TetheredProcess process = await home.StartAsync(spec);
            await process.KillAsync(home.Bound);
        }

        Assert.Equal(0, home.Outstanding());
        await Waits.UntilAsync(() => Programs.With(seconds).Count == 0, home.Bound);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task KeeperKilled_AfterTheProgramWasStarted_AnyKeptStreamTellsTheProgram(bool keepsInput, bool keepsError)
    {
        string seconds = Programs.UniqueSeconds();
        await using TestHome home = FaultyKeeper.Home("spawned 1 kill");
        await (await home.StartAsync(new ProcessSpec("sleep", [seconds])
        {
            Name = "started",
            StandardInput = keepsInput ? ProcessStream.Kept : ProcessStream.Null,
            StandardOutput = ProcessStream.Null,
            StandardError = keepsError ? ProcessStream.Kept : ProcessStream.Null,
        })).DisposeAsync();
        await using TetheredProcess process = await home.AttachAsync("started");
        Assert.Equal([process.Id], Programs.With(seconds));
        AdoptedExit.AssertIs(137, "SIGKILL", await process.KillAsync(home.Bound));
    }

    [Theory]
    [InlineData("adopt-locked 1 kill")]
    [InlineData("adopt-opened 1 kill")]
    [InlineData("adopted 1 kill")]
    [InlineData("adopt-opened 1 24")]
    public async Task RescuerFailsToo_AfterTheProgramWasStarted_TheProgramIsControlled(string fault)
    {
        string seconds = Programs.UniqueSeconds();
        await using TestHome home = FaultyKeeper.Home("spawned 1 kill", fault);
        try
        {
            await (await home.StartAsync(new ProcessSpec("sleep", [seconds]) { Name = "started" })).DisposeAsync();
        }
        catch (ProcessStartException)
        {
            // Nobody was left who could tell.
        }

        await using TetheredProcess process = await home.AttachAsync("started");
        Assert.Equal([process.Id], Programs.With(seconds));
        AdoptedExit.AssertIs(137, "SIGKILL", await process.KillAsync(home.Bound));
    }
}
