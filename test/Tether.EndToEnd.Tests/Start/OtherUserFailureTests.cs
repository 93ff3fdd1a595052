using System.Runtime.Versioning;

namespace Tether.EndToEnd.Tests.Start;

/// <summary>Failures that root does not meet: the launcher is another user here.</summary>
[SupportedOSPlatform("linux")]
public sealed class OtherUserFailureTests
{
    private const int EAGAIN = 11;
    private const int EACCES = 13;

    [Fact]
    [Trait("Needs", "root")]
    public async Task StartAsync_WorkingDirectoryClosed_IsWorkingDirectoryDenied()
    {
        await using TestHome home = new();
        using AnotherUser user = new();
        // The home of root's records is closed to everybody else.
        await using LauncherProcess launcher = await user.LaunchAsync(home, ["directory=" + home.Path], "cat");
        FailureReport failure = await launcher.FailToStartAsync();
        AssertFailure(failure, StartFailure.WorkingDirectoryDenied, EACCES, "cat");
        Assert.Contains(home.Path, failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(user.Home));
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task StartAsync_ProgramBehindClosedDirectory_IsNotExecutable()
    {
        await using TestHome home = new();
        using AnotherUser user = new();
        string program = home.Path + "/program";
        await using LauncherProcess launcher = await user.LaunchAsync(home, [], program);
        AssertFailure(await launcher.FailToStartAsync(), StartFailure.NotExecutable, EACCES, program);
        Assert.Empty(Directory.EnumerateFileSystemEntries(user.Home));
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task StartAsync_HomeThatMayNotBeMade_IsPermissionDenied()
    {
        await using TestHome home = new();
        using AnotherUser user = new();
        string denied = user.DirectoryOfRoot + "/records";
        await using LauncherProcess launcher = await user.LaunchAsync(home, ["home=" + denied], "cat");
        FailureReport failure = await launcher.FailToStartAsync();
        AssertFailure(failure, StartFailure.PermissionDenied, EACCES, "cat");
        Assert.Contains(denied, failure.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(denied));
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task StartAsync_HomeOfSomebodyElse_IsUnsafeDirectory()
    {
        await using TestHome home = new();
        using AnotherUser user = new();
        await using LauncherProcess launcher = await user.LaunchAsync(home, ["home=" + home.Path], "cat");
        FailureReport failure = await launcher.FailToStartAsync();
        Assert.Equal(nameof(UnsafeDirectoryException), failure.Type);
        Assert.Contains("belongs to user 0, not to user 65534", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(home.Path));
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task StartAsync_OutOfProcesses_FailsWithoutTrace()
    {
        await using TestHome home = new();
        using AnotherUser user = new();
        string name = Traces.UniqueName();
        await using LauncherProcess launcher = await user.LaunchAsync(home, ["name=" + name], "true");
        // The reactor's threads are made by a first start; the limit is set when those of the pool are there too.
        StartReport first = await launcher.StartProgramAsync();
        await Traces.AssertNoKeeperAsync(home, first.KeeperId);
        Directory.Delete(Path.Combine(user.Home, name), recursive: true);
        Assert.Equal("prepared", await launcher.OrderAsync("prepare limit-processes=0"));
        FailureReport failure = await launcher.FailToStartAsync();
        AssertFailure(failure, StartFailure.OutOfResources, EAGAIN, "true");
        await Traces.AssertNoKeeperAsync(home, name);
        Assert.Empty(Directory.EnumerateFileSystemEntries(user.Home));
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task StartAsync_OrdinaryUserWithExtremeUmask_MakesUsableRecords()
    {
        await using TestHome home = new();
        using AnotherUser user = new();
        string records = user.Home + "/made/by/tether";
        await using LauncherProcess launcher = await user.LaunchAsync(home, ["home=" + records, "umask=777", "tied"], "cat");
        StartReport start = await launcher.StartProgramAsync();
        StartReport second = await launcher.StartProgramAsync();
        Assert.NotEqual(start.Name, second.Name);
        Assert.Equal("0777", ProcInfo.Status(start.ProgramId, "Umask"));
        Assert.Equal("disposed", await launcher.OrderAsync("dispose"));
        await Traces.AssertNoKeeperAsync(home, start.KeeperId);
        await Traces.AssertNoKeeperAsync(home, second.KeeperId);
    }

    private static void AssertFailure(FailureReport failure, StartFailure reason, int errno, string program)
    {
        Assert.Equal((nameof(ProcessStartException), reason.ToString(), errno, program), (failure.Type, failure.Reason, failure.Errno, failure.Program));
        Assert.Contains($"'{program}'", failure.Message, StringComparison.Ordinal);
    }
}
