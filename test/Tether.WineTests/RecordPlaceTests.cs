using Tether.Records;
using Tether.Tests;

namespace Tether.WineTests;

/// <summary>Where the records are when TETHER_HOME does not say it.</summary>
public sealed class RecordPlaceTests : IDisposable
{
    private const string RuntimeVariable = "XDG_RUNTIME_DIR";

    private static readonly string Place = Path.Combine(Environment.GetEnvironmentVariable("LOCALAPPDATA")!, "Tether");

    private readonly string? _home = Environment.GetEnvironmentVariable(TetherHome.Variable);
    private readonly string? _runtime = Environment.GetEnvironmentVariable(RuntimeVariable);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(TetherHome.Variable, _home);
        Environment.SetEnvironmentVariable(RuntimeVariable, _runtime);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Path_NoHome_IsInTheUsersLocalApplicationData(string? home)
    {
        Environment.SetEnvironmentVariable(TetherHome.Variable, home);
        Environment.SetEnvironmentVariable(RuntimeVariable, Path.GetTempPath());

        Assert.Equal(Place, TetherHome.Path);
    }

    [Fact]
    public async Task StartAsync_NoHome_RecordIsInTheUsersLocalApplicationData()
    {
        Environment.SetEnvironmentVariable(TetherHome.Variable, null);
        string name = $"tether-tests-{Guid.NewGuid():N}";
        await using (TetheredProcess process = await TetheredProcess.StartAsync(new ProcessSpec(Child.Executable, "exit", "7") { Name = name }))
        {
            Assert.Equal(7, (await process.WaitForExitAsync(Bounded.Token)).ExitCode);
        }

        Assert.True(File.Exists(Path.Combine(Place, name, RecordPaths.Record)));
        TetheredProcess.Remove(name);
        Assert.False(Directory.Exists(Path.Combine(Place, name)));
    }
}
