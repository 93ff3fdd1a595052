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

    [Theory]
    [InlineData("/srv/own", "/run/user/7", "/srv/own")]
    [InlineData("", "/run/user/7", "/run/user/7/tether")]
    public void Path_VariablesSet_FollowsThemInOrder(string home, string runtime, string expected)
    {
        Environment.SetEnvironmentVariable("TETHER_HOME", home);
        Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", runtime);

        Assert.Equal(expected, TetherHome.Path);
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
