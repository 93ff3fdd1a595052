using System.Diagnostics;

namespace Tether.Tests;

/// <summary>The second user of the tests that need one: "nobody", whom every Linux has.</summary>
internal static class AnotherUser
{
    internal const int Id = 65534;

    internal static void TakesOwnership(string path)
    {
        using Process chown = Process.Start("chown", [$"{Id}:{Id}", path]);
        Assert.True(chown.WaitForExit(TimeSpan.FromSeconds(10)), "chown did not end within 10 s.");
        Assert.Equal(0, chown.ExitCode);
    }
}
