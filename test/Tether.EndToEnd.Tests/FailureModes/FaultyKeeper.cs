namespace Tether.EndToEnd.Tests.FailureModes;

/// <summary>The keeper with fault points (test/Tether.Keeper.Faults), and the plan that it follows.</summary>
internal static class FaultyKeeper
{
    internal static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "tether-keeper-faults");

    internal static TestHome Home(params string[] plan)
    {
        TestHome home = new(120, Path);
        home.Plan(plan);
        return home;
    }

    /// <summary>Each line is the fault of one keeper: the point, at which time it is reached, and "kill" or an errno.</summary>
    internal static void Plan(this TestHome home, params string[] lines) => File.WriteAllLines(PlanOf(home), lines);

    /// <summary>How many of the planned faults have not happened.</summary>
    internal static int Outstanding(this TestHome home) => File.ReadAllLines(PlanOf(home)).Length;

    /// <summary>Ends the program, also when the last fault of the plan comes while it ends.</summary>
    internal static async Task KillAsync(this TestHome home, string name)
    {
        while (true)
        {
            await using TetheredProcess process = await home.AttachAsync(name);
            try
            {
                await process.KillAsync(home.Bound);
                return;
            }
            catch (KeeperLostException)
            {
                // The next keeper ends it.
            }
        }
    }

    private static string PlanOf(TestHome home) => System.IO.Path.Combine(home.Path, ".faults");
}
