namespace Tether.EndToEnd.Tests.Start;

/// <summary>What a program does have of its launcher: the umask, the limits, the user.</summary>
public sealed class InheritedFactsTests
{
    [Theory]
    [InlineData("777", "0777")]
    [InlineData("000", "0000")]
    [InlineData("27", "0027")]
    public async Task StartAsync_Umask_IsTheLaunchers(string umask, string expected)
    {
        await using TestHome home = new();
        await using LauncherProcess launcher = await LauncherProcess.StartAsync(home, ["umask=" + umask], ["cat"]);
        Assert.Equal(expected, ProcInfo.Status((await launcher.StartProgramAsync()).ProgramId, "Umask"));
    }

    [Theory]
    [InlineData("limit=7:20:4096")] // RLIMIT_NOFILE, which every .NET process raises for itself
    [InlineData("limit=7:4096:4096")]
    [InlineData("limit=3:1048576:2097152")] // RLIMIT_STACK
    [InlineData("limit=4:0:0")] // RLIMIT_CORE
    [InlineData("limit=1:65536:131072")] // RLIMIT_FSIZE
    public async Task StartAsync_Limits_AreTheLaunchers(string limit)
    {
        await using TestHome home = new();
        await using LauncherProcess launcher = await LauncherProcess.StartAsync(home, [limit], ["cat"]);
        StartReport start = await launcher.StartProgramAsync();
        await Detachment.AssertAnswersAsync(home, start);
        Assert.Equal(ProcInfo.Limits(launcher.Id), ProcInfo.Limits(start.ProgramId));
    }

    [Fact]
    public async Task StartAsync_UserAndGroups_AreTheLaunchers()
    {
        await using TestHome home = new();
        await using LauncherProcess launcher = await LauncherProcess.StartAsync(home, [], ["cat"]);
        StartReport start = await launcher.StartProgramAsync();
        await Detachment.AssertAnswersAsync(home, start);
        foreach (string key in (string[])["Uid", "Gid", "Groups", "CapEff", "NoNewPrivs"])
        {
            Assert.Equal(ProcInfo.Status(launcher.Id, key), ProcInfo.Status(start.ProgramId, key));
        }
    }

    [Fact]
    public async Task StartAsync_OutputPastTheLaunchersFileSize_EndsNeitherProgramNorKeeper()
    {
        await using TestHome home = new();
        await using LauncherProcess launcher = await LauncherProcess.StartAsync(home, ["limit=1:65536:65536"], ["head", "-c", "1000000", "/dev/zero"]);
        StartReport start = await launcher.StartProgramAsync();
        await using TetheredProcess process = await home.AttachAsync(start.Name);
        Assert.Equal(0, (await process.WaitForExitAsync(home.Bound)).ExitCode);
        Assert.True(home.Record(start.Name).StandardOutput.DiskFull);
    }
}
