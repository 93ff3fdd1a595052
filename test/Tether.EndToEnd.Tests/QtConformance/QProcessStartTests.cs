using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text;
using Tether.EndToEnd.Tests.Keep;
using Tether.EndToEnd.Tests.Platform;
using Tether.EndToEnd.Tests.Start;

namespace Tether.EndToEnd.Tests.QtConformance;

/// <summary>What users of QProcess rely on when they start programs, for kept ones. The names are those of Qt's own tests.</summary>
[Trait("Conformance", "tst_qprocess")]
public sealed partial class QProcessStartTests
{
    [Fact]
    public async Task SimpleStart_Program_RunsAndEndsNormally()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        Assert.Equal(ProcessState.Running, process.State);
        Assert.True(Waits.IsAlive(process.Id));

        await process.StandardInput.CompleteAsync(home.Bound);
        ProcessExitStatus exit = await process.WaitForExitAsync(home.Bound);

        Assert.Equal((0, (string?)null, ProcessState.Exited), (exit.ExitCode, exit.SignalName, process.State));
    }

    [Fact]
    public async Task StartWithOpen_SpecMadeBefore_StartsAsOftenAsAsked()
    {
        await using TestHome home = new();
        ProcessSpec spec = new("echo", "opened");
        await using TetheredProcess first = await home.StartAsync(spec);
        await using TetheredProcess second = await home.StartAsync(spec);

        Assert.NotEqual(first.Name, second.Name);
        Assert.Equal("opened\n", await first.StandardOutput.ReadTextAsync(home.Bound));
        Assert.Equal("opened\n", await second.StandardOutput.ReadTextAsync(home.Bound));
    }

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 123", 123)]
    public async Task Execute_StartAndWait_GivesTheExitCode(string script, int code)
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", script);

        Assert.Equal(code, (await process.WaitForExitAsync(home.Bound)).ExitCode);
    }

    [Fact]
    public async Task StartDetached_HandleLetGoAtOnce_ProgramRunsOnAndIsFoundByItsName()
    {
        await using TestHome home = new();
        int id;
        await using (TetheredProcess starter = await home.StartAsync(new ProcessSpec("cat") { Name = "detached" }))
        {
            id = starter.Id;
        }

        await using TetheredProcess again = await home.AttachAsync("detached");
        Assert.Equal((id, ProcessState.Running), (again.Id, again.State));
        await again.StandardInput.WriteTextAsync("still here", home.Bound);
        await again.StandardInput.CompleteAsync(home.Bound);
        Assert.Equal("still here", await again.StandardOutput.ReadTextAsync(home.Bound));
    }

    [Fact]
    public async Task DetachedProcessParameters_OfAProgramAttachedLater_AreTheSpecs()
    {
        await using TestHome home = new();
        ProcessSpec spec = new(ProgramReport.Path, "report", "until-end", "one two")
        {
            Name = "parameters",
            WorkingDirectory = TestSystem.Current.AnyDirectory,
            Environment = new Dictionary<string, string?> { ["TETHER_MARK"] = "it is" },
        };
        int id;
        await using (TetheredProcess starter = await home.StartAsync(spec))
        {
            id = starter.Id;
        }

        await using TetheredProcess again = await home.AttachAsync("parameters");
        await again.StandardInput.CompleteAsync(home.Bound);
        ProgramReport report = await ProgramReport.OfAsync(home, again);
        Assert.Equal(TestSystem.Current.AnyDirectory, report.Directory);
        Assert.Contains("TETHER_MARK=it is", report.EnvironmentText);
        Assert.Equal(id, again.Id);
        Assert.Equal(["report", "until-end", "one two"], again.GetRecord().Arguments);
    }

    [Fact]
    public async Task LockupsInStartDetached_StartsThatFail_LeaveTheNextUnharmed()
    {
        await using TestHome home = new();
        int rounds = TestSystem.Current.Rounds(5);
        for (int i = 0; i < rounds; i++)
        {
            await Assert.ThrowsAsync<ProcessStartException>(() => home.StartAsync("/no/such/program"));
            ProcessSpec nowhere = new("cat") { WorkingDirectory = "/no/such/directory" };
            await Assert.ThrowsAsync<ProcessStartException>(() => home.StartAsync(nowhere));
            await using TetheredProcess process = await home.StartAsync("true");
            Assert.Equal(0, (await process.WaitForExitAsync(home.Bound)).ExitCode);
        }

        Assert.Equal(rounds, (await home.ListAsync()).Count);
    }

    [Fact]
    public async Task SpaceInName_ProgramAndDirectory_AreStarted()
    {
        await using TestHome home = new();
        DirectoryInfo directory = Directory.CreateTempSubdirectory("tether two spaces ");
        try
        {
            string program = Path.Combine(directory.FullName, "one space");
            File.CreateSymbolicLink(program, "/bin/cat");
            await using TetheredProcess process = await home.StartAsync(program);
            await process.StandardInput.WriteTextAsync("x", home.Bound);
            await process.StandardInput.CompleteAsync(home.Bound);
            Assert.Equal("x", await process.StandardOutput.ReadTextAsync(home.Bound));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task InvalidProgramString_EmptyOrNul_IsRefusedBeforeAnythingIsStarted()
    {
        await using TestHome home = new();
        Assert.Throws<ArgumentException>(() => new ProcessSpec(""));
        await Assert.ThrowsAsync<ArgumentException>(() => home.StartAsync("cat\0"));
        await Assert.ThrowsAsync<ArgumentException>(() => home.StartAsync("cat", "a\0b"));
        Assert.Empty(await home.ListAsync());
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("cat ")]
    [InlineData(" cat")]
    public async Task FailToStartEmptyArgs_NameThatIsNoProgram_IsNotFound(string program)
    {
        await using TestHome home = new();
        ProcessStartException error = await Assert.ThrowsAsync<ProcessStartException>(() => home.StartAsync(program));
        Assert.Equal((StartFailure.ProgramNotFound, program), (error.Reason, error.Program));
        Assert.Empty(await home.ListAsync());
    }

    [Fact]
    public async Task StartFinishStartFinish_SameName_StartsAgainOnceItIsRemoved()
    {
        await using TestHome home = new();
        for (int i = 0; i < 3; i++)
        {
            await using TetheredProcess process = await home.StartAsync(new ProcessSpec("echo", $"{i}") { Name = "again" });
            Assert.Equal($"{i}\n", await process.StandardOutput.ReadTextAsync(home.Bound));
            await process.WaitForExitAsync(home.Bound);
            TetheredProcess.Remove("again", home.Options);
        }
    }

    [Fact]
    public async Task StartStopStartStop_SameName_EachIsAProgramOfItsOwn()
    {
        await using TestHome home = new();
        HashSet<int> ids = [];
        for (int i = 0; i < 3; i++)
        {
            await using TetheredProcess process = await home.StartAsync(new ProcessSpec("cat") { Name = "again" });
            Assert.True(ids.Add(process.Id));
            // A program that answers is one that can be asked to end.
            await Detachment.AssertAnswersAsync(home, process);
            TestSystem.Current.AssertStopped(await process.StopAsync(cancellationToken: home.Bound));
            TetheredProcess.Remove("again", home.Options);
        }
    }

    [Fact]
    public async Task StartStopStartStopBuffers_NewProgramOfTheName_HasNothingOfTheOld()
    {
        await using TestHome home = new();
        ProcessSpec first = new("sh", "-c", "echo old; exec sleep 1000") { Name = "again" };
        await using TetheredProcess old = await home.StartAsync(first);
        await old.StandardInput.WriteTextAsync("never read", home.Bound);
        await Waits.OutputReachesAsync(old, OutputStream.StandardOutput, 4, home.Bound);
        await old.KillAsync(home.Bound);
        TetheredProcess.Remove("again", home.Options);

        await using TetheredProcess young = await home.StartAsync(new ProcessSpec("cat") { Name = "again" });
        Assert.Equal((0, 0), (young.StandardOutput.Status.End, young.StandardInput.Position));
        await young.StandardInput.WriteTextAsync("new", home.Bound);
        await young.StandardInput.CompleteAsync(home.Bound);
        Assert.Equal("new", await young.StandardOutput.ReadTextAsync(home.Bound));

        // Who held the old one still has what it wrote.
        Assert.Equal("old\n", await old.StandardOutput.ReadTextAsync(home.Bound));
    }

    [Fact]
    public async Task ProcessInAThread_StartedFromOneThatBlocks_WorksAsElsewhere()
    {
        await using TestHome home = new();
        for (int i = 0; i < 5; i++)
        {
            Task<string> thread = Task.Factory.StartNew(() => Converse(home, "threaded"), TaskCreationOptions.LongRunning);
            Assert.Equal("threaded", await thread.WaitAsync(home.Bound));
        }
    }

    [Fact]
    public async Task ProcessesInMultipleThreads_EachWithItsOwn_AreKeptApart()
    {
        await using TestHome home = new();
        for (int round = 0; round < 2; round++)
        {
            Task<string>[] threads = [.. Enumerable.Range(0, 10).Select(i =>
                Task.Factory.StartNew(() => Converse(home, $"thread {i}"), TaskCreationOptions.LongRunning))];
            string[] answers = await Task.WhenAll(threads).WaitAsync(home.Bound);
            Assert.Equal(Enumerable.Range(0, 10).Select(i => $"thread {i}"), answers);
        }
    }

    [Fact]
    public async Task SyscallsAreRestartedInParent_LauncherBlocksInARead_IsNotInterrupted()
    {
        await using TestHome home = new();
        using AnonymousPipeServerStream pipe = new(PipeDirection.Out);
        TaskCompletionSource started = new();
        Task<(nint Count, int Errno)> reading = Task.Factory.StartNew(
            () =>
            {
                started.SetResult();
                nint count = Read(pipe.ClientSafePipeHandle, new byte[1], 1);
                return (count, count < 0 ? Marshal.GetLastPInvokeError() : 0);
            },
            TaskCreationOptions.LongRunning);
        await started.Task.WaitAsync(home.Bound);
        for (int i = 0; i < 10; i++)
        {
            await using TetheredProcess process = await home.StartAsync("true");
            await process.WaitForExitAsync(home.Bound);
        }

        Assert.False(reading.IsCompleted);
        pipe.WriteByte(1);
        Assert.Equal((1, 0), await reading.WaitAsync(home.Bound));
    }

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeHandle file, byte[] buffer, nint count);

    private static string Converse(TestHome home, string text)
    {
        return ConverseAsync().GetAwaiter().GetResult();

        async Task<string> ConverseAsync()
        {
            await using TetheredProcess process = await home.StartAsync("cat");
            await process.StandardInput.WriteAsync(Encoding.UTF8.GetBytes(text), home.Bound);
            await process.StandardInput.CompleteAsync(home.Bound);
            string answer = await process.StandardOutput.ReadTextAsync(home.Bound);
            Assert.Equal(0, (await process.WaitForExitAsync(home.Bound)).ExitCode);
            return answer;
        }
    }
}
