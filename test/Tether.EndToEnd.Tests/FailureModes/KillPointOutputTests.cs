using Tether.EndToEnd.Tests.Keep;

namespace Tether.EndToEnd.Tests.FailureModes;

/// <summary>A keeper is killed at each point on the way of a byte from the program's pipe into the journal, and the bytes are all there, once.</summary>
public sealed class KillPointOutputTests
{
    private const ulong Seed = 5;

    [Theory]
    [InlineData("piece-announced")]
    [InlineData("piece-read")]
    [InlineData("piece-half-written")]
    [InlineData("piece-written")]
    [InlineData("piece-published")]
    public async Task KeeperKilled_OnTheWayOfOutput_NoByteIsLostOrDoubled(string point)
    {
        foreach (WindowFullPolicy policy in Enum.GetValues<WindowFullPolicy>())
        {
            foreach (int largest in (int[])[12, 3000, 200_000])
            {
                foreach (int count in (int[])[1, 2, 3, 4, 7])
                {
                    await RunAsync(policy, largest, $"{point} {count} kill");
                }
            }
        }
    }

    [Theory]
    [InlineData("piece-marked-in-place")]
    [InlineData("piece-announced-in-place")]
    [InlineData("piece-read-in-place")]
    public async Task KeeperKilled_OnTheWayOfALargePieceToItsPlace_NoByteIsLostOrDoubled(string point)
    {
        foreach (int count in (int[])[1, 2, 5])
        {
            // More than the file holds, so that each place was written before.
            await RunAsync(WindowFullPolicy.Block, 6_000_000, 200_000, $"{point} {count} kill");
        }

        await RunAsync(WindowFullPolicy.Block, 6_000_000, 200_000, $"{point} 1 kill", "adopted 1 kill", $"{point} 2 kill");
    }

    [Theory]
    [InlineData("request-received")]
    [InlineData("adopt-locked")]
    [InlineData("adopt-opened")]
    [InlineData("adopt-recorded")]
    [InlineData("adopted")]
    [InlineData("before-answer")]
    [InlineData("start-answered")]
    [InlineData("piece-written")]
    [InlineData("piece-half-written")]
    [InlineData("piece-published")]
    public async Task SecondKeeperKilledToo_WhileItTakesOver_NoByteIsLostOrDoubled(string point)
    {
        foreach (string first in (string[])["piece-announced", "piece-read", "piece-written"])
        {
            await RunAsync(WindowFullPolicy.Spill, 3000, $"{first} 3 kill", $"{point} 1 kill");
        }
    }

    /// <summary>What cannot be journaled waits in the keeper's hands: killed then, the next one has it.</summary>
    [Theory]
    [InlineData("piece-written 2 28")]
    [InlineData("piece-half-written 3 5")]
    public async Task DiskFails_ThenKeeperKilled_NoByteIsLostOrDoubled(string fault)
    {
        await RunAsync(WindowFullPolicy.Spill, 3000, fault, "piece-read 1 kill", "piece-written 1 kill");
    }

    /// <summary>However slow the keeper is, a pipe of 64 KiB makes more pieces of so many bytes than a plan counts.</summary>
    private static Task RunAsync(WindowFullPolicy policy, int largest, params string[] plan) => RunAsync(policy, 600_000, largest, plan);

    private static async Task RunAsync(WindowFullPolicy policy, int length, int largest, params string[] plan)
    {
        await using TestHome home = FaultyKeeper.Home(plan);
        // The shell holds the streams until it is killed, so that none ends while there is no keeper.
        ProcessSpec spec = new("sh", ["-c", $"'{KeptTestProgram.Path}' pieces {length} {largest} {Seed}; exec sleep 81760"])
        {
            Name = "out",
            WhenFull = policy,
            OutputWindow = 1024 * 1024,
        };
        await using (await home.StartAsync(spec))
        {
        }

        await using PatternReader reader = new(home, "out", Seed);
        TetheredProcess process = await reader.ReadToAsync(length);

        Assert.True(length == reader.Offset, $"{reader.Offset} of {length} bytes came ({policy}, {largest}, {string.Join(", ", plan)}).");
        Assert.Equal(length, process.StandardOutput.Status.End);
        Assert.True(plan.Length > 1 || home.Outstanding() == 0, $"The fault has not happened ({policy}, {largest}, {plan[0]}).");
        await home.KillAsync("out");
    }
}
