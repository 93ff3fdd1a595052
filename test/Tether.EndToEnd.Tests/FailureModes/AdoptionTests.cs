using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Tether.EndToEnd.Tests.Keep;
using Tether.EndToEnd.Tests.Start;
using Tether.TestProgram;

namespace Tether.EndToEnd.Tests.FailureModes;

/// <summary>A keeper that is killed, at every stage: the next client starts another, which takes the program over as it is.</summary>
public sealed class AdoptionTests
{
    [Fact]
    public async Task KeeperKilled_Idle_TheNextClientControlsTheProgramAgain()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "trap 'echo usr1; exit 42' USR1; echo ready; while :; do sleep 0.01; done");
        await Waits.OutputReachesAsync(process, OutputStream.StandardOutput, 6, home.Bound);

        Waits.Kill(process.KeeperId);
        await Assert.ThrowsAsync<KeeperLostException>(() => process.WaitForExitAsync(home.Bound));
        await using TetheredProcess again = await home.AttachAsync(process.Name);

        Assert.Equal(process.Id, again.Id);
        Assert.Equal(process.StartTime, again.StartTime);
        Assert.NotEqual(process.KeeperId, again.KeeperId);
        Assert.Equal(ProcessState.Running, again.State);
        Assert.Equal(1, again.GetRecord().Adoptions);
        const int usr1 = 10;
        await again.SignalAsync((PosixSignal)usr1, home.Bound);
        ProcessExitStatus exit = await again.WaitForExitAsync(home.Bound);
        AdoptedExit.AssertIs(42, null, exit);
        Assert.Equal("ready\nusr1\n", await again.StandardOutput.ReadTextAsync(home.Bound));
        List<ProcessEventKind> events = [];
        await foreach (ProcessEvent happened in again.ReadEventsAsync(home.Bound))
        {
            events.Add(happened.Kind);
        }

        Assert.Equal(ProcessEventKind.Started, events[0]);
        Assert.Equal(ProcessEventKind.Exited, events[^1]);
    }

    [Theory]
    [InlineData(WindowFullPolicy.Block)]
    [InlineData(WindowFullPolicy.Spill)]
    public async Task KeepersKilled_InTheMiddleOfOutput_NoByteIsLostOrDoubled(WindowFullPolicy policy)
    {
        const long length = 256L * 1024 * 1024;
        const ulong seed = 7;
        await using TestHome home = new(120);
        ProcessSpec spec = KeptTestProgram.Spec("pattern", $"{length}", $"{seed}") with { Name = "out", WhenFull = policy };
        TetheredProcess process = await home.StartAsync(spec);
        Random random = new(11);
        long offset = 0;
        int killed = 0;
        byte[] buffer = new byte[1024 * 1024];
        byte[] expected = new byte[buffer.Length];
        while (true)
        {
            // The first ones early: nothing holds up a program that spills, so it may come to its end long before its reader does.
            long next = offset + (killed < 3 ? 1 : random.NextInt64(length / 12));
            try
            {
                using Stream output = process.StandardOutput.OpenRead(offset);
                int read;
                while ((read = await output.ReadAsync(buffer, home.Bound)) > 0)
                {
                    BytePattern.Fill(expected.AsSpan(0, read), offset, seed);
                    Assert.True(expected.AsSpan(0, read).SequenceEqual(buffer.AsSpan(0, read)), $"The bytes from offset {offset} on are not the program's (after {killed} kills).");
                    offset += read;
                    if (offset >= next && process.State == ProcessState.Running)
                    {
                        killed += KillIfThere(process.KeeperId) ? 1 : 0;
                        next = long.MaxValue;
                    }
                }

                break;
            }
            catch (KeeperLostException)
            {
                await process.DisposeAsync();
                process = await home.AttachAsync("out");
            }
        }

        Assert.True(killed > 2);
        await process.DisposeAsync();
        await using TetheredProcess last = await home.AttachAsync("out");
        ProcessExitStatus exit = await last.WaitForExitAsync(home.Bound);
        Assert.True(!exit.IsKnown || exit.ExitCode == 0);
        // Only a program that ended while it had no keeper took its pipe with it, and then that is said.
        const long largestPipe = 1024 * 1024;
        Assert.InRange(offset, exit.OutputComplete ? length : length - largestPipe, length);
    }

    [Fact]
    public async Task KeeperKilled_ManyClientsAtOnce_OneKeeperTakesOver()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "while :; do echo line; sleep 0.01; done");
        Waits.Kill(process.KeeperId);
        await Waits.ProcessIsGoneAsync(process.KeeperId, home.Bound);

        TetheredProcess[] clients = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => home.AttachAsync(process.Name))));

        Assert.Single(clients.Select(client => client.KeeperId).Distinct());
        Assert.Equal(1, home.Record(process.Name).Adoptions);
        foreach (TetheredProcess client in clients)
        {
            Assert.StartsWith("line\n", await client.StandardOutput.OpenRead().ReadTextAsync(5, home.Bound), StringComparison.Ordinal);
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task KeeperKilled_WhileAProgramExits_ItsOutputIsThereAndItsExitIsKnownOrSaidToBeUnknown()
    {
        await using TestHome home = new(120);
        for (int i = 0; i < 30; i++)
        {
            await using TetheredProcess process = await home.StartAsync("sh", "-c", $"echo out; exit {i}");
            for (int spin = 0; spin < i * 3000; spin++)
            {
                Thread.SpinWait(1);
            }

            KillIfThere(process.KeeperId);
            await using TetheredProcess again = await home.AttachAsync(process.Name);
            ProcessExitStatus exit = await again.WaitForExitAsync(home.Bound);

            Assert.Equal(exit.IsKnown ? i : -1, exit.ExitCode);
            if (exit.OutputComplete)
            {
                Assert.Equal("out\n", await again.StandardOutput.ReadTextAsync(home.Bound));
            }
        }
    }

    [Fact]
    public async Task KeeperKilled_ItsSocketAndFifosDeleted_TheNextClientReachesTheProgramAllTheSame()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "while :; do echo line; sleep 0.01; done");
        await Waits.OutputReachesAsync(process, OutputStream.StandardOutput, 5, home.Bound);
        foreach (string file in (string[])["socket", "stdin", "stdout", "stderr"])
        {
            File.Delete(Path.Combine(home.Path, process.Name, file));
        }

        Waits.Kill(process.KeeperId);
        await using TetheredProcess again = await home.AttachAsync(process.Name);
        long end = again.StandardOutput.Status.End;
        await Waits.OutputReachesAsync(again, OutputStream.StandardOutput, end + 50, home.Bound);

        Assert.True(again.GetRecord().StandardInput.IsOpen);
        await again.KillAsync(home.Bound);
    }

    [Fact]
    public async Task KeeperKilled_ThenStopped_NothingOfTheProgramIsLeft()
    {
        await using TestHome home = new();
        string seconds = Programs.UniqueSeconds();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", $"trap '' TERM; (trap '' TERM; sleep {seconds}) & setsid sleep {seconds} & echo ready; wait");
        await Waits.OutputReachesAsync(process, OutputStream.StandardOutput, 6, home.Bound);
        Waits.Kill(process.KeeperId);

        await using TetheredProcess again = await home.AttachAsync(process.Name);
        ProcessExitStatus exit = await again.StopAsync(TimeSpan.FromMilliseconds(50), home.Bound);

        AdoptedExit.AssertIs(137, "SIGKILL", exit);
        await Waits.ProcessIsGoneAsync(again.KeeperId, home.Bound);
        Assert.Empty(Programs.With(seconds));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task StopAsync_AChildThatIgnoresItAndHoldsNoOutput_IsKilledAfterTheGrace(bool isAdopted)
    {
        await using TestHome home = new();
        string mark = Path.Combine(home.Path, ".pid");
        await using TetheredProcess process = await home.StartAsync(
            "sh", "-c", "(trap '' TERM; echo $$ >/dev/null; sh -c 'echo $PPID' > \"$0\"; while :; do sleep 0.05; done) >/dev/null 2>&1 </dev/null & echo ready; wait", mark);
        await Waits.UntilAsync(() => File.Exists(mark) && File.ReadAllText(mark).EndsWith('\n'), home.Bound);
        int child = int.Parse(await File.ReadAllTextAsync(mark, home.Bound));
        if (isAdopted)
        {
            Waits.Kill(process.KeeperId);
        }

        await using TetheredProcess handle = await home.AttachAsync(process.Name);
        ProcessExitStatus exit = await handle.StopAsync(TimeSpan.FromMilliseconds(100), home.Bound);
        if (isAdopted)
        {
            AdoptedExit.AssertIs(143, "SIGTERM", exit);
        }
        else
        {
            Assert.Equal("SIGTERM", exit.SignalName);
        }

        await Waits.ProcessIsGoneAsync(handle.KeeperId, home.Bound);

        Assert.False(Waits.IsAlive(child));
    }

    [Fact]
    public async Task KeeperKilled_AFullWindowAndAProgramThatEndsUnseen_TheNewKeeperEndsToo()
    {
        await using TestHome home = new();
        // The shell holds the streams until it is killed: its keeper does not end before.
        ProcessSpec spec = new("sh", ["-c", $"'{KeptTestProgram.Path}' pattern {ProcessSpec.MinimumOutputWindow}; exec sleep {Programs.UniqueSeconds()}"])
        {
            Name = "full",
            WhenFull = WindowFullPolicy.Block,
            OutputWindow = ProcessSpec.MinimumOutputWindow,
        };
        await using TetheredProcess process = await home.StartAsync(spec);
        await Waits.OutputReachesAsync(process, OutputStream.StandardOutput, ProcessSpec.MinimumOutputWindow, home.Bound);
        Waits.Kill(process.KeeperId);
        await Waits.ProcessIsGoneAsync(process.KeeperId, home.Bound);
        Waits.Kill(process.Id);
        await Waits.ProcessIsGoneAsync(process.Id, home.Bound);

        await using TetheredProcess again = await home.AttachAsync("full");
        await again.WaitForExitAsync(home.Bound);
        await Waits.ProcessIsGoneAsync(again.KeeperId, home.Bound);

        Assert.False(home.Record("full").StandardOutput.IsOpen);
    }

    [Fact]
    public async Task KeeperKilled_AndTheProgramTooUnseen_TheExitIsUnknownAndSaidSo()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sleep", "60");
        Waits.Kill(process.KeeperId);
        await Waits.ProcessIsGoneAsync(process.KeeperId, home.Bound);
        Waits.Kill(process.Id);
        await Waits.UntilAsync(() => !Directory.Exists($"/proc/{process.Id}") || !Waits.IsAlive(process.Id), home.Bound);

        await using TetheredProcess again = await home.AttachAsync(process.Name);
        ProcessExitStatus exit = await again.WaitForExitAsync(home.Bound);

        // Known where nobody has reaped it yet: a zombie shows its status.
        Assert.Equal(exit.IsKnown ? 137 : -1, exit.ExitCode);
        Assert.Equal(ProcessState.Exited, home.Record(process.Name).State);
    }

    private static bool KillIfThere(int pid)
    {
        try
        {
            Waits.Kill(pid);
            return true;
        }
        catch (ArgumentException)
        {
            // It has ended by itself.
            return false;
        }
    }

    [Fact]
    [Trait("Needs", "root")]
    [SupportedOSPlatform("linux")]
    public async Task KeeperKilled_AProgramOfAnotherUser_ItsStreamsAreTakenOverToo()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("sh", "-c", "echo ready; while :; do cat < /proc/self/fd/0; done")
        {
            Unix = new UnixStartInfo { Identity = UnixIdentity.Find("nobody") },
        });
        await Waits.OutputReachesAsync(process, OutputStream.StandardOutput, 6, home.Bound);

        Waits.Kill(process.KeeperId);
        await using TetheredProcess again = await home.AttachAsync(process.Name);
        await again.StandardInput.WriteAsync("on\n"u8.ToArray(), home.Bound);
        await Waits.OutputReachesAsync(again, OutputStream.StandardOutput, 9, home.Bound);
        await again.KillAsync(home.Bound);

        Assert.Equal("ready\non\n", await again.StandardOutput.ReadTextAsync(home.Bound));
    }
}
