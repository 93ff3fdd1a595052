namespace Tether.Tests;

[Collection(AloneCollection.Name)]
public sealed class LocalSocketAllocationTests
{
    // The compiler makes the state of an async method a class in a debug build, so there each call allocates.
#if DEBUG
    private const string? SkipReason = "Only an optimized build allocates nothing.";
#else
    private const string? SkipReason = null;
#endif

    [Fact(Skip = SkipReason)]
    public async Task ReadAsyncAndWriteAsync_Steadily_AllocateNextToNothing()
    {
        const int Rounds = 5000;
        const int Measurements = 10;
        using LocalPair pair = LocalPair.Create();
        byte[] sent = new byte[1];
        byte[] received = new byte[1];
        await PingPongAsync(1000);
        long least = long.MaxValue;
        for (int i = 0; i < Measurements; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await PingPongAsync(Rounds);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        // The runtime itself allocates now and then, so a little is allowed: far less than one object per round. The test's host does too when it
        // reports on a timer, which meets one measurement or the other, not all of them; what a round allocates is in each.
        Assert.InRange(least, 0, Rounds * 8);

        async Task PingPongAsync(int rounds)
        {
            for (int i = 0; i < rounds; i++)
            {
                ValueTask<int> reading = pair.Client.ReadAsync(received, CancellationToken.None);
                await pair.Server.WriteAsync(sent, CancellationToken.None);
                if (await reading != 1)
                    throw new InvalidOperationException("The connection ended.");
            }
        }
    }
}
