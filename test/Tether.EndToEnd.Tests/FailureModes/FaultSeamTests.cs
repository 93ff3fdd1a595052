using System.Text;

namespace Tether.EndToEnd.Tests.FailureModes;

/// <summary>The fault points are in the tests' keeper and in nothing that is shipped.</summary>
public sealed class FaultSeamTests
{
    [Fact]
    public void ShippedExecutables_HaveNoFaultPoints()
    {
        Assert.True(Has("tether-keeper-faults", "this keeper has fault points"));
        Assert.True(Has("tether-keeper-faults", "piece-half-written"));
        foreach (string shipped in (string[])["tether-keeper", "Tether.dll"])
        {
            Assert.False(Has(shipped, "this keeper has fault points"), $"'{shipped}' has the plan.");
            Assert.False(Has(shipped, "piece-half-written"), $"'{shipped}' has the points.");
        }
    }

    [Fact]
    public async Task ShippedKeeper_WithAPlanInItsHome_KeepsItsProgram()
    {
        await using TestHome home = new();
        home.Plan("piece-read 1 kill");

        await using TetheredProcess process = await home.StartAsync("echo", "out");
        ProcessExitStatus exit = await process.WaitForExitAsync(home.Bound);

        Assert.Equal(0, exit.ExitCode);
        Assert.Equal(1, home.Outstanding());
    }

    private static bool Has(string file, string text) =>
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, file)).AsSpan().IndexOf(Encoding.Unicode.GetBytes(text)) >= 0;
}
