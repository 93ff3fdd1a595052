namespace Tether.EndToEnd.Tests.Start;

/// <summary>What a program and its keeper have of their launcher after a start: nothing.</summary>
public sealed class DetachmentTests
{
    [Theory]
    [InlineData]
    [InlineData("descriptors=10000")]
    [InlineData("memory=2048")]
    [InlineData("ignore=17")] // SIGCHLD
    [InlineData("wait-for-every-child")]
    [InlineData("ignore=1,2,13", "block=10,15")] // SIGHUP, SIGINT, SIGPIPE; SIGUSR1, SIGTERM
    [InlineData("limit=7:20:4096")] // RLIMIT_NOFILE
    [InlineData("umask=777")]
    [InlineData("umask=000")]
    [InlineData("descriptors=10000", "ignore=17", "ignore=1,2,13", "block=10,15", "wait-for-every-child", "umask=377")]
    public async Task StartAsync_LauncherInState_InheritsNothing(params string[] state)
    {
        await using TestHome home = new();
        await using LauncherProcess launcher = await LauncherProcess.StartAsync(home, state, ["cat"]);
        StartReport start = await launcher.StartProgramAsync();
        await Detachment.AssertDetachedAsync(home, start, launcher.Id);
        Assert.Equal(ProcessState.Running, home.Record(start.Name).State);

        // The records are usable whatever the launcher's umask.
        await using TetheredProcess attached = await home.AttachAsync(start.Name);
        await attached.StandardInput.CompleteAsync(home.Bound);
        Assert.Equal(0, (await attached.WaitForExitAsync(home.Bound)).ExitCode);
    }

    [Fact]
    public async Task StartAsync_32ThreadsAtOnce_EachInheritsNothing()
    {
        await using TestHome home = new();
        await using LauncherProcess launcher = await LauncherProcess.StartAsync(home, ["threads=32"], ["cat"]);
        await launcher.SendAsync("start");
        HashSet<int> programs = [];
        for (int i = 0; i < 32; i++)
        {
            StartReport start = await launcher.ReadReportAsync();
            await Detachment.AssertDetachedAsync(home, start, launcher.Id);
            Assert.True(programs.Add(start.ProgramId));
        }

        Assert.Equal(32, (await home.ListAsync()).Count(record => record.State == ProcessState.Running));
    }

    [Theory]
    [InlineData("0<&- 1>&- 2>&-")]
    [InlineData("0<&-")]
    [InlineData("1>&- 2>&-")]
    public async Task StartAsync_StandardStreamsClosed_InheritsNothing(string closed)
    {
        await using TestHome home = new();
        string[] shell = ["sh", "-c", $"exec 7<&0 8>&1 {closed}; exec \"$0\" \"$@\""];
        await using LauncherProcess launcher = await LauncherProcess.StartAsync(home, ["input=7", "output=8"], ["cat"], shell);
        await Detachment.AssertDetachedAsync(home, await launcher.StartProgramAsync(), launcher.Id);
    }

    [Fact]
    public async Task StartAsync_LauncherHasTerminal_ProgramAndKeeperHaveNone()
    {
        await using TestHome home = new();
        // script(1) runs the command on a terminal of its own; orders and reports go through FIFOs beside it.
        string command = $"exec '{LauncherProcess.Path}' home='{home.Path}' input=7 output=8 -- cat 7<&7 8>&8";
        string[] shell = ["sh", "-c", "exec 7<&0 8>&1; exec script -qec \"$0\" /dev/null </dev/null >/dev/null", command];
        await using LauncherProcess launcher = await LauncherProcess.StartAsync(home, [], [], shell[..3], command);
        StartReport start = await launcher.StartProgramAsync();
        int onTerminal = Assert.Single(ProcInfo.Children(launcher.Id));
        Assert.NotEqual(0, ProcInfo.Terminal(onTerminal));
        await Detachment.AssertDetachedAsync(home, start, onTerminal);
    }

    [Trait("Conformance", "tst_qprocess")]
    [Fact]
    public async Task StartAsync_LauncherEnds_ProgramRunsOn()
    {
        await using TestHome home = new();
        StartReport start;
        await using (LauncherProcess launcher = await LauncherProcess.StartAsync(home, [], ["cat"]))
        {
            start = await launcher.StartProgramAsync();
            await launcher.KillAsync();
        }

        Assert.Equal(ProcessState.Running, home.Record(start.Name).State);
        Assert.Equal(start.ProgramId, ProcInfo.Session(start.ProgramId));
    }
}
