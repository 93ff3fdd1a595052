using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.Keep;

public sealed class StopTests
{
    private const string Daemon = """
        import os, signal, sys, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                if sys.argv[1] == "closed":
                    for n in range(3): os.close(n)
                open(sys.argv[2] + ".new", "w").write(str(os.getpid()))
                os.rename(sys.argv[2] + ".new", sys.argv[2])
                time.sleep(1000)
            os._exit(0)
        os.wait()
        if sys.argv[3] == "exit": os._exit(3)
        time.sleep(1000)
        """;

    [Fact]
    public async Task SignalAsync_ProgramAlone_LeavesItsChildrenAlone()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "sleep 1000 & echo $!; exec sleep 1000");
        int child = await ReadPidAsync(process, home.Bound);
        await process.SignalAsync(PosixSignal.SIGTERM, home.Bound);
        ProcessExitStatus exit = await process.WaitForExitAsync(home.Bound);
        TestSystem.Current.AssertStopped(exit);
        Assert.False(exit.OutputComplete);
        Assert.True(Waits.IsAlive(child));
    }

    [Fact]
    public async Task SignalAsync_WholeTree_ReachesEveryProcessAlsoWhenParentsEndFirst()
    {
        await using TestHome home = new();
        for (int round = 0; round < TestSystem.Current.Rounds(20); round++)
        {
            await using TetheredProcess process = await home.StartAsync("sh", "-c", "sh -c 'sleep 1000 & echo $!; wait' & wait");
            int grandchild = await ReadPidAsync(process, home.Bound);
            await process.SignalAsync(PosixSignal.SIGTERM, wholeTree: true, home.Bound);
            ProcessExitStatus exit = await process.WaitForExitAsync(home.Bound);
            Assert.True(exit.OutputComplete);
            await Waits.ProcessIsGoneAsync(grandchild, home.Bound);
        }
    }

    [Fact]
    public async Task SignalAsync_ProgramThatHasEnded_Throws()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("true");
        await process.WaitForExitAsync(home.Bound);
        await Assert.ThrowsAsync<ProgramEndedException>(() => process.SignalAsync(PosixSignal.SIGTERM, home.Bound));
        await using TetheredProcess late = await home.AttachAsync(process.Name);
        await Assert.ThrowsAsync<ProgramEndedException>(() => late.SignalAsync(PosixSignal.SIGTERM, home.Bound));
        Assert.Equal(0, (await late.StopAsync(cancellationToken: home.Bound)).ExitCode);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => late.SignalAsync((PosixSignal)65, home.Bound));
    }

    [Trait("Conformance", "tst_qprocess")]
    [Fact]
    public async Task StopAsync_ProgramThatEndsByItself_IsAskedAndNotKilled()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "trap 'echo asked; exit 9' TERM; echo ready; while :; do sleep 1000 & wait $!; done");
        await Waits.OutputReachesAsync(process, OutputStream.StandardOutput, 6, home.Bound);
        ProcessExitStatus exit = await process.StopAsync(TimeSpan.FromSeconds(30), home.Bound);
        Assert.Equal((9, (string?)null), (exit.ExitCode, exit.SignalName));
        Assert.Equal("ready\nasked\n", await process.StandardOutput.ReadTextAsync(home.Bound));
    }

    [Fact]
    public async Task StopAsync_TreeThatIgnoresTheRequest_IsKilledAfterTheGrace()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "trap '' TERM; sleep 1000 & echo $!; while :; do sleep 1000; done");
        int child = await ReadPidAsync(process, home.Bound);
        ProcessExitStatus exit = await process.StopAsync(TimeSpan.FromMilliseconds(300), home.Bound);
        Assert.Equal("SIGKILL", exit.SignalName);
        await Waits.ProcessIsGoneAsync(child, home.Bound);
    }

    [Fact]
    public async Task StopAsync_StoppedProgram_IsContinuedAndEnds()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sleep", "1000");
        await process.SignalAsync(Signals.Parse("STOP"), home.Bound);
        ProcessExitStatus exit = await process.StopAsync(TimeSpan.FromSeconds(30), home.Bound);
        TestSystem.Current.AssertStopped(exit);
    }

    [Theory]
    [InlineData("closed", "stay")]
    [InlineData("held", "stay")]
    [InlineData("held", "exit")]
    public async Task KillAsync_GrandchildInASessionOfItsOwn_IsKilledToo(string streams, string program)
    {
        await using TestHome home = new();
        string pidFile = Path.Combine(home.Path, ".daemon");
        await using TetheredProcess process = await home.StartAsync("python3", "-c", Daemon, streams, pidFile, program);
        await Waits.UntilAsync(() => File.Exists(pidFile), home.Bound);
        int daemon = int.Parse(await File.ReadAllTextAsync(pidFile, home.Bound), CultureInfo.InvariantCulture);
        await process.KillAsync(home.Bound);
        await Waits.ProcessIsGoneAsync(daemon, home.Bound);
        await Waits.ProcessIsGoneAsync(process.KeeperId, home.Bound);
    }

    [Fact]
    public async Task StopAsync_Cancelled_StopsWaitingAndTheStopGoesOn()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1000; done");
        await Waits.OutputReachesAsync(process, OutputStream.StandardOutput, 6, home.Bound);
        using CancellationTokenSource cancel = new();
        Task<ProcessExitStatus> stop = process.StopAsync(TimeSpan.FromSeconds(1), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stop);
        Assert.Equal("SIGKILL", (await process.WaitForExitAsync(home.Bound)).SignalName);
    }

    [Fact]
    public async Task WaitForExitAsync_ProgramThatForksADaemonAndExits_EndsAndTheDaemonLivesOn()
    {
        await using TestHome home = new();
        string pidFile = Path.Combine(home.Path, ".daemon");
        await using TetheredProcess process = await home.StartAsync("python3", "-c", Daemon, "closed", pidFile, "exit");
        ProcessExitStatus exit = await process.WaitForExitAsync(home.Bound);
        Assert.Equal((3, true), (exit.ExitCode, exit.OutputComplete));
        await Waits.UntilAsync(() => File.Exists(pidFile), home.Bound);
        int daemon = int.Parse(await File.ReadAllTextAsync(pidFile, home.Bound), CultureInfo.InvariantCulture);
        await Waits.ProcessIsGoneAsync(process.KeeperId, home.Bound);
        Assert.True(Waits.IsAlive(daemon));
        Waits.Kill(daemon);
    }

    [Trait("Conformance", "tst_qprocess")]
    [Fact]
    public async Task WaitForExitAsync_GrandchildThatHoldsTheOutput_EndsBeforeItAndItsOutputIsKept()
    {
        await using TestHome home = new();
        string fifo = await Waits.MakeFifoAsync(home, ".fifo");
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "(read go < \"$0\"; echo late) & echo early; exit 4", fifo);
        ProcessExitStatus exit = await process.WaitForExitAsync(home.Bound);
        Assert.Equal((4, false), (exit.ExitCode, exit.OutputComplete));
        Assert.Equal(ProcessState.Exited, process.State);
        Assert.True(Waits.IsAlive(process.KeeperId));
        Assert.True(process.GetRecord().StandardOutput.IsOpen);
        Assert.Throws<InvalidOperationException>(() => TetheredProcess.Remove(process.Name, home.Options));

        await using OutputReadStream reader = process.StandardOutput.OpenRead(6);
        await File.WriteAllTextAsync(fifo, "go\n", home.Bound);
        Assert.Equal("late\n", await reader.ReadTextAsync(5, home.Bound));
        Assert.Equal(0, await reader.ReadAsync(new byte[1], home.Bound));
        await Waits.ProcessIsGoneAsync(process.KeeperId, home.Bound);
        Assert.Equal(exit, home.Record(process.Name).Exit);
        await using TetheredProcess late = await home.AttachAsync(process.Name);
        Assert.Equal("early\nlate\n", await late.StandardOutput.ReadTextAsync(home.Bound));
    }

    private static async Task<int> ReadPidAsync(TetheredProcess process, CancellationToken bound)
    {
        await foreach (string line in process.StandardOutput.ReadLinesAsync(bound))
        {
            return int.Parse(line, CultureInfo.InvariantCulture);
        }

        throw new InvalidOperationException("The program told no PID.");
    }
}
