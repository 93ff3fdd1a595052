using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.Start;

/// <summary>What a start that failed could have left behind.</summary>
internal static class Traces
{
    /// <summary>A record's name that no other test uses.</summary>
    internal static string UniqueName() => "t-" + Guid.NewGuid().ToString("N");

    /// <summary>No record, no hidden directory, and no keeper as soon as the one that failed has ended.</summary>
    internal static async Task AssertNoneAsync(TestHome home, string name)
    {
        await AssertNoKeeperAsync(home, name);
        Assert.Empty(Directory.EnumerateFileSystemEntries(home.Path));
    }

    internal static async Task AssertNoKeeperAsync(TestHome home, string name)
    {
        while (TestSystem.Current.Keepers(name) is { Count: > 0 } keepers)
        {
            Assert.False(home.Bound.IsCancellationRequested, $"Keepers are left: {string.Join(", ", keepers)}.");
            await Task.Yield();
        }
    }

    internal static void AssertNothingHidden(TestHome home) =>
        Assert.DoesNotContain(
            Directory.EnumerateFileSystemEntries(home.Path),
            path => Path.GetFileName(path).StartsWith('.') && !TestSystem.Current.StandsBesideARecord(path));

    /// <summary>Waits until a keeper whose program has ended has ended too.</summary>
    internal static async Task AssertNoKeeperAsync(TestHome home, int keeper)
    {
        try
        {
            await TestSystem.Current.KeeperIsGoneAsync(keeper, DateTimeOffset.UtcNow, home.Bound);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Keeper {keeper} has not ended.");
        }
    }
}
