using System.Globalization;
using System.Runtime.InteropServices;
using Tether.EndToEnd.Tests.Keep;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.QtConformance;

/// <summary>What users of QProcess rely on when programs end, for kept ones. The names are those of Qt's own tests.</summary>
[Trait("Conformance", "tst_qprocess")]
public sealed class QProcessExitTests
{
    [Fact]
    public async Task CrashTest_ProgramThatCrashes_IsToldAsTheSignal()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "echo before; kill -SEGV $$");
        ProcessExitStatus exit = await process.WaitForExitAsync(home.Bound);
        TestSystem.Current.AssertCrashed(exit);
        Assert.Equal("before\n", await process.StandardOutput.ReadTextAsync(home.Bound));

        await using TetheredProcess later = await home.AttachAsync(process.Name);
        Assert.Equal(exit, await later.WaitForExitAsync(home.Bound));
    }

    [Fact]
    public async Task CrashTest2_EverythingWaits_EveryWaitEnds()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "read line; kill -SEGV $$");
        Task<string> output = process.StandardOutput.ReadTextAsync(home.Bound);
        Task<string> error = process.StandardError.ReadTextAsync(home.Bound);
        Task<ProcessExitStatus> exit = process.WaitForExitAsync(home.Bound);
        Task<ProcessEventKind> last = LastEventAsync(process, home.Bound);

        await process.StandardInput.WriteTextAsync("crash\n", home.Bound);

        Assert.Equal(("", "", ProcessEventKind.Exited), (await output, await error, await last));
        TestSystem.Current.AssertCrashed(await exit);
        await Assert.ThrowsAsync<InputClosedException>(async () => await process.StandardInput.WriteTextAsync("x", home.Bound));
    }

    [Fact]
    public async Task ExitStatus_NormalAndCrashInTurn_AreToldApart()
    {
        await using TestHome home = new();
        foreach (bool crash in new[] { false, true, false, true })
        {
            await using TetheredProcess process = await home.StartAsync("sh", "-c", crash ? "kill -SEGV $$" : "exit 139");
            ProcessExitStatus exit = await process.WaitForExitAsync(home.Bound);
            if (crash)
            {
                TestSystem.Current.AssertCrashed(exit);
            }
            else
            {
                Assert.Equal((139, null), (exit.ExitCode, exit.SignalName));
            }
        }
    }

    [Fact]
    public async Task HardExit_Kill_EndsItAtOnceAndIsToldAsSuch()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1000; done");
        await Waits.OutputReachesAsync(process, OutputStream.StandardOutput, 6, home.Bound);
        ProcessExitStatus exit = await process.KillAsync(home.Bound);
        Assert.Equal((137, "SIGKILL", ProcessState.Exited), (exit.ExitCode, exit.SignalName, process.State));
        Assert.False(Waits.IsAlive(process.Id));
    }

    [Theory]
    [InlineData(ProcessEventKind.Started)]
    [InlineData(ProcessEventKind.OutputAvailable)]
    [InlineData(ProcessEventKind.InputClosed)]
    public async Task SoftExitInSlots_StoppedWhileAnEventIsHandled_EndsAndTheEventsToo(ProcessEventKind when)
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "echo x; exec <&-; exec sleep 1000");
        ProcessEventKind last = default;
        await foreach (ProcessEvent happened in process.ReadEventsAsync(home.Bound))
        {
            last = happened.Kind;
            if (happened.Kind == when)
            {
                await process.StopAsync(cancellationToken: home.Bound);
            }
        }

        Assert.Equal(ProcessEventKind.Exited, last);
        TestSystem.Current.AssertStopped(await process.WaitForExitAsync(home.Bound));
    }

    [Fact]
    public async Task WaitForReadyReadForNonexistantProcess_NothingStarted_ThereIsNothingToWaitFor()
    {
        await using TestHome home = new();
        await Assert.ThrowsAsync<ProcessStartException>(() => home.StartAsync(new ProcessSpec("/no/such/program") { Name = "nobody" }));
        Assert.Equal("nobody", (await Assert.ThrowsAsync<RecordNotFoundException>(() => home.AttachAsync("nobody"))).Name);
    }

    [Fact]
    public async Task Grandchild_OutlivesItsParentAndSharesItsStreams_IsReadByALaterHandle()
    {
        await using TestHome home = new();
        string script = "sh -c 'echo $$; read line <\"$0\"; echo \"late $line\"; echo late >&2' \"$0\" & exit 3";
        DirectoryInfo directory = Directory.CreateTempSubdirectory("tether-fifo-");
        try
        {
            string fifo = Path.Combine(directory.FullName, "go");
            await using TetheredProcess maker = await home.StartAsync("mkfifo", fifo);
            await maker.WaitForExitAsync(home.Bound);
            string name;
            await using (TetheredProcess parent = await home.StartAsync("sh", "-c", script, fifo))
            {
                name = parent.Name;
                ProcessExitStatus exit = await parent.WaitForExitAsync(home.Bound);
                Assert.Equal((3, false), (exit.ExitCode, exit.OutputComplete));
            }

            await using TetheredProcess later = await home.AttachAsync(name);
            Assert.Equal(3, (await later.WaitForExitAsync(home.Bound)).ExitCode);
            await using OutputReadStream output = later.StandardOutput.OpenRead();
            using StreamReader reader = new(output);
            Assert.True(Waits.IsAlive(int.Parse((await reader.ReadLineAsync(home.Bound))!, CultureInfo.InvariantCulture)));

            await File.WriteAllTextAsync(fifo, "word\n", home.Bound);

            Assert.Equal("late word", await reader.ReadLineAsync(home.Bound));
            Assert.Null(await reader.ReadLineAsync(home.Bound));
            Assert.Equal("late\n", await later.StandardError.ReadTextAsync(home.Bound));
            await Waits.ProcessIsGoneAsync(later.KeeperId, home.Bound);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<ProcessEventKind> LastEventAsync(TetheredProcess process, CancellationToken bound)
    {
        ProcessEventKind last = default;
        await foreach (ProcessEvent happened in process.ReadEventsAsync(bound))
        {
            last = happened.Kind;
        }

        return last;
    }
}
