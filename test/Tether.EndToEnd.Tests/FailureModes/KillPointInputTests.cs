using Tether.EndToEnd.Tests.Keep;

namespace Tether.EndToEnd.Tests.FailureModes;

/// <summary>A keeper is killed at each point on the way of a byte from a client to the program: none is lost, and what comes twice was in doubt.</summary>
public sealed class KillPointInputTests
{
    [Theory]
    [InlineData("input-offered")]
    [InlineData("input-written")]
    public async Task KeeperKilled_OnTheWayOfInput_EachByteArrivesOnceOrWasInDoubt(string point)
    {
        foreach (int largest in (int[])[60, 5000, 100_000])
        {
            foreach (int count in (int[])[1, 2, 5, 9])
            {
                await RunAsync(largest, $"{point} {count} kill");
            }
        }
    }

    [Theory]
    [InlineData("adopt-opened")]
    [InlineData("adopt-recorded")]
    [InlineData("adopted")]
    [InlineData("input-offered")]
    [InlineData("input-written")]
    public async Task SecondKeeperKilledToo_EachByteArrivesOnceOrWasInDoubt(string point) =>
        await RunAsync(5000, "input-written 3 kill", $"{point} 1 kill");

    private static async Task RunAsync(int largest, params string[] plan)
    {
        await using TestHome home = FaultyKeeper.Home(plan);
        await (await home.StartAsync(KeptTestProgram.Spec("echo") with { Name = "echo", WhenFull = WindowFullPolicy.Spill })).DisposeAsync();
        EchoConversation conversation = new(home, "echo", 3);

        await conversation.RunAsync(Math.Min(50 * largest, 1_000_000), largest);

        Assert.Equal(0, home.Outstanding());
        await home.KillAsync("echo");
    }
}
