namespace Tether.Chaos;

/// <summary>Processes that are killed while they start a program or take programs over.</summary>
internal static class Launch
{
    internal static TetherOptions Options(string home, string keeper) => new() { HomeDirectory = home, KeeperPath = keeper };

    internal static ProcessSpec Spec(string name, string seed, WindowFullPolicy policy) =>
        new(Path.Combine(AppContext.BaseDirectory, "tether-test-program"), "converse", seed) { Name = name, WhenFull = policy, OutputWindow = 1024 * 1024 };

    internal static async Task<int> StartAsync(string home, string keeper, string name, string seed, WindowFullPolicy policy)
    {
        try
        {
            await using TetheredProcess process = await TetheredProcess.StartAsync(Spec(name, seed, policy), Options(home, keeper));
            return 0;
        }
        catch (ProcessStartException)
        {
            // The disk may be full or the keeper deleted; the run looks at what is there afterwards.
            return 1;
        }
    }

    internal static async Task<int> AdoptAsync(string home, string keeper)
    {
        try
        {
            await TetheredProcess.AdoptAllAsync(Options(home, keeper));
            return 0;
        }
        catch (TetherException)
        {
            return 1;
        }
    }
}
