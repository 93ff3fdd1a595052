using Tether.Fuzz;

namespace Tether.EndToEnd.Tests.Keep;

/// <summary>The short form of <c>test/fuzz.sh</c>: mutated frames, floods and clients that fill memory, against live keepers.</summary>
public sealed class FuzzTests
{
    [Fact]
    public async Task Frames_MutatedAndClientsThatMisbehave_CostNobodyElseAByte()
    {
        using StringWriter output = new();
        await new FuzzRun(new FuzzOptions { Frames = 200_000, Flood = 1_000, Seed = 1 }, output).RunAsync();
        Assert.Contains("0 lost", output.ToString(), StringComparison.Ordinal);
    }
}
