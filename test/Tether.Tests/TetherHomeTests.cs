using Tether.Records;

namespace Tether.Tests;

[Collection(AloneCollection.Name)]
public sealed class TetherHomeTests : IDisposable
{
    private readonly string? _home = Environment.GetEnvironmentVariable("TETHER_HOME");
    private readonly string? _runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("TETHER_HOME", _home);
        Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", _runtime);
    }

    [Fact]
    public void Path_HomeIsSet_IsThatWhateverElseIs()
    {
        string own = Path.Combine(Path.GetTempPath(), "own");
        Environment.SetEnvironmentVariable("TETHER_HOME", own);
        Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", "/run/user/7");

        Assert.Equal(own, TetherHome.Path);
    }

    [Fact]
    public void Path_RuntimeDirectoryIsSet_IsInThat()
    {
        Environment.SetEnvironmentVariable("TETHER_HOME", "");
        Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", "/run/user/7");

        Assert.Equal("/run/user/7/tether", TetherHome.Path);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("relative")]
    public void Path_NoUsableVariable_IsUnderTmpWithTheUsersNumber(string? runtime)
    {
        Environment.SetEnvironmentVariable("TETHER_HOME", null);
        Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", runtime);

        Assert.Matches("^/tmp/tether-[0-9]+$", TetherHome.Path);
    }
}
