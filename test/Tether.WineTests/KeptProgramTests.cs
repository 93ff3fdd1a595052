using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text.Json;
using Tether.EndToEnd.Tests;
using Tether.EndToEnd.Tests.Cli;
using Tether.EndToEnd.Tests.Keep;
using Tether.EndToEnd.Tests.Platform;
using Tether.Platform.Windows;
using Tether.Protocol;
using Tether.Records;

namespace Tether.WineTests;

/// <summary>What is Windows' own about kept programs; the rest is in the end-to-end tests, which run on both systems.</summary>
public sealed class KeptProgramTests
{
    [Theory]
    [InlineData(0u, null)]
    [InlineData(259u, null)]
    [InlineData(0xFFFF_FFFFu, null)]
    [InlineData(0xC000_0005u, "access violation")]
    public async Task WaitForExitAsync_ExitCodeOf32Bits_IsWholeAndNamed(uint code, string? name)
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(Child.Executable, "exit", $"{code}");
        ProcessExitStatus exit = await process.WaitForExitAsync(home.Bound);
        Assert.Equal(unchecked((int)code), exit.ExitCode);
        Assert.Equal(name, exit.StatusName);
        Assert.Equal(name, home.Record(process.Name).Exit!.StatusName);
        Assert.Null(exit.SignalName);
    }

    [Fact]
    public async Task WaitForExitAsync_TerminatedByAnother_HasTheCodeThatItWasGiven()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(Child.Executable, "sleep");
        using (Process program = Process.GetProcessById(process.Id))
        {
            program.Kill();
        }

        ProcessExitStatus exit = await process.WaitForExitAsync(home.Bound);
        Assert.Equal(-1, exit.ExitCode);
        Assert.Null(exit.SignalName);
    }

    [Fact]
    public async Task KillAsync_ProgramWithGrandchild_EndsBoth()
    {
        await using TestHome home = new();
        string file = Path.Combine(home.Path, ".grandchild");
        await using TetheredProcess process = await home.StartAsync(Child.Executable, "grandchild", file);
        using StreamReader output = new(process.StandardOutput.OpenRead());
        await output.ReadLineAsync(home.Bound);
        int grandchild = int.Parse(File.ReadAllText(file));
        Assert.True(TestSystem.Current.IsAlive(grandchild));

        ProcessExitStatus exit = await process.KillAsync(home.Bound);
        Assert.Equal(137, exit.ExitCode);
        Assert.Equal("SIGKILL", exit.SignalName);
        Assert.True(exit.OutputComplete);
        Assert.False(TestSystem.Current.IsAlive(grandchild));
    }

    [Fact]
    public async Task SignalAsync_Interrupt_IsCtrlCForTheProgram()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(Child.Executable, "interruptible");
        using StreamReader output = new(process.StandardOutput.OpenRead());
        Assert.Equal("ready", await output.ReadLineAsync(home.Bound));
        await process.SignalAsync(PosixSignal.SIGINT, home.Bound);
        Assert.Equal("interrupted", await output.ReadLineAsync(home.Bound));
        Assert.Equal(5, (await process.WaitForExitAsync(home.Bound)).ExitCode);
    }

    [Fact]
    public async Task SignalAsync_Quit_IsCtrlBreakForTheProgram()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(Child.Executable, "interruptible");
        using StreamReader output = new(process.StandardOutput.OpenRead());
        Assert.Equal("ready", await output.ReadLineAsync(home.Bound));
        await process.SignalAsync(PosixSignal.SIGQUIT, home.Bound);
        Assert.Equal("interrupted", await output.ReadLineAsync(home.Bound));
        Assert.Equal(5, (await process.WaitForExitAsync(home.Bound)).ExitCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SignalAsync_TerminateToAProgramWithAWindow_ClosesIt(bool wholeTree)
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(Child.Executable, "window");
        using StreamReader output = new(process.StandardOutput.OpenRead());
        Assert.Equal("ready", await output.ReadLineAsync(home.Bound));
        await process.SignalAsync(PosixSignal.SIGTERM, wholeTree, home.Bound);
        Assert.Equal(6, (await process.WaitForExitAsync(home.Bound)).ExitCode);
    }

    /// <summary>With 0xC000013A on Windows; Wine ends it with 0.</summary>
    [Fact]
    public async Task StopAsync_ProgramThatDoesNotHandleIt_IsEndedByCtrlC()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(Child.Executable, "wait");
        ProcessExitStatus exit = await process.StopAsync(TimeSpan.FromSeconds(30), home.Bound);
        Assert.Null(exit.SignalName);
        Assert.Equal(exit.ExitCode == 0 ? null : "ended by Ctrl+C", exit.StatusName);
    }

    /// <summary>It is not at the console yet then, and a Ctrl+C that was sent at once would pass it by.</summary>
    [Fact]
    public async Task StopAsync_RightAfterTheStart_ReachesTheProgram()
    {
        await using TestHome home = new();
        for (int i = 0; i < 5; i++)
        {
            await using TetheredProcess process = await home.StartAsync(Child.Executable, "wait");
            ProcessExitStatus exit = await process.StopAsync(TimeSpan.FromSeconds(30), home.Bound);
            Assert.Null(exit.SignalName);
        }
    }

    [Fact]
    public async Task SignalAsync_SignalThatWindowsLacks_SaysWhichThereAre()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(Child.Executable, "wait");
        SignalNotSupportedException error = await Assert.ThrowsAsync<SignalNotSupportedException>(
            () => process.SignalAsync(Signals.Parse("USR1"), home.Bound));
        Assert.Equal("SIGUSR1", error.Signal);
        Assert.Contains("KILL", error.Message);
    }

    [Fact]
    public async Task StartAsync_OneNameTwiceAtOnce_OneWinsAndTheOtherLeavesNothing()
    {
        await using TestHome home = new();
        ProcessSpec spec = new(Child.Executable, "wait") { Name = "one" };
        Task<TetheredProcess>[] starts = [home.StartAsync(spec), home.StartAsync(spec)];
        await Task.WhenAll(starts).ContinueWith(_ => { }, TaskScheduler.Default);

        Task<TetheredProcess> failed = Assert.Single(starts, start => start.IsFaulted);
        Assert.Equal(StartFailure.NameInUse, Assert.IsType<ProcessStartException>(failed.Exception!.InnerException).Reason);
        await using TetheredProcess process = await Assert.Single(starts, start => start.IsCompletedSuccessfully);
        Assert.Equal(ProcessState.Running, Assert.Single(await home.ListAsync()).State);
        Assert.Equal(
            [".lock-one", "one"], Directory.GetFileSystemEntries(home.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task StartAsync_NameInOtherCase_IsTheSameName()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(
            new ProcessSpec(Child.Executable, "wait") { Name = "Encoder" });
        ProcessStartException error = await Assert.ThrowsAsync<ProcessStartException>(
            () => home.StartAsync(new ProcessSpec(Child.Executable, "wait") { Name = "encoder" }));
        Assert.Equal(StartFailure.NameInUse, error.Reason);
        await using TetheredProcess again = await home.AttachAsync("ENCODER");
        Assert.Equal("Encoder", again.Name);
    }

    [Theory]
    [InlineData("nul")]
    [InlineData("COM1.log")]
    [InlineData("name.")]
    public void Name_ThatWindowsTakesForSomethingElse_IsRefused(string name) =>
        Assert.Contains("cannot be used", Assert.Throws<ArgumentException>(() => new ProcessSpec("x") { Name = name }).Message);

    [Fact]
    public async Task StartAsync_RemainsOfAnInterruptedStart_AreNoRecordAndGiveWay()
    {
        await using TestHome home = new();
        string directory = Directory.CreateDirectory(Path.Combine(home.Path, "half")).FullName;
        File.WriteAllText(Path.Combine(directory, RecordPaths.Positions), "");
        Assert.Empty(await home.ListAsync());

        await using TetheredProcess process = await home.StartAsync(new ProcessSpec(Child.Executable, "wait") { Name = "half" });
        Assert.Equal("half", Assert.Single(await home.ListAsync()).Name);
    }

    [Fact]
    public async Task Remove_WhileItsOutputIsRead_FreesTheNameAndTheReaderReadsOn()
    {
        await using TestHome home = new();
        ProcessSpec spec = new(Child.Executable, "arguments", "first") { Name = "read" };
        await using TetheredProcess first = await home.StartAsync(spec);
        await first.WaitForExitAsync(home.Bound);
        await using TetheredProcess reader = await home.AttachAsync("read");
        TetheredProcess.Remove("read", home.Options);
        Assert.Empty(await home.ListAsync());

        await using TetheredProcess second = await home.StartAsync(
            new ProcessSpec(Child.Executable, "arguments", "second") { Name = "read" });
        using StreamReader old = new(reader.StandardOutput.OpenRead());
        Assert.Equal("first", await old.ReadToEndAsync(home.Bound));
        using StreamReader output = new(second.StandardOutput.OpenRead());
        Assert.Equal("second", await output.ReadToEndAsync(home.Bound));
        await second.WaitForExitAsync(home.Bound);
    }

    [Fact]
    public async Task WaitForExitAsync_ProgramThatLeavesAHolderOfItsOutput_EndsBeforeItAndKillEndsTheHolder()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(Child.Executable, "leave-behind");
        ProcessExitStatus exit = await process.WaitForExitAsync(home.Bound);
        Assert.Equal(3, exit.ExitCode);
        Assert.False(exit.OutputComplete);
        Assert.True(home.Record(process.Name).StandardOutput.IsOpen);
        Assert.Throws<InvalidOperationException>(() => TetheredProcess.Remove(process.Name, home.Options));

        await process.KillAsync(home.Bound);
        Assert.Equal("left\r\n", await process.StandardOutput.ReadTextAsync(home.Bound));
        TetheredProcess.Remove(process.Name, home.Options);
    }

    /// <summary>More waits for that client than its pipe holds, so there is a write that never ends.</summary>
    [Fact]
    public async Task WaitForExitAsync_AnotherClientNeverReads_KeeperEndsAllTheSame()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        using Process keeper = Process.GetProcessById(process.KeeperId);
        using RawClient silent = await RawClient.ConnectAsync(home, process.Name);
        await silent.BeWelcomedAsync(home.Bound);
        using RawClient other = await RawClient.ConnectAsync(home, process.Name);
        await other.BeWelcomedAsync(home.Bound);
        byte[] request = RawClient.Frame(RawClient.Signal, """{"id":1,"signal":77}"""u8);
        byte[] requests = [.. Enumerable.Repeat(request, 100).SelectMany(bytes => bytes)];
        // The answers are 57 bytes each: more than the 320 KiB of the pipe, and less than the 64 KiB beyond that would cost the connection.
        for (int i = 0; i < 63; i++)
        {
            await silent.SendAsync(requests, home.Bound);
            // When the keeper has answered this, it has received that.
            await other.SendAsync(request, home.Bound);
            Assert.Equal(RawClient.Reply, (await other.ReceiveAsync(home.Bound))!.Value.Type);
        }

        await process.StandardInput.CompleteAsync(home.Bound);
        Assert.Equal(0, (await process.WaitForExitAsync(home.Bound)).ExitCode);
        await keeper.WaitForExitAsync(home.Bound);
    }

    [Theory]
    [InlineData(ProcessLifetime.Detached)]
    [InlineData(ProcessLifetime.TiedToLauncher)]
    public async Task LauncherKilled_ItsProgram_GoesOnUnlessItIsTied(ProcessLifetime lifetime)
    {
        await using TestHome home = new();
        using Process launcher = PlainStart.Of(new ProcessStartInfo(Child.Executable, ["launch", home.Path, "kept", $"{lifetime}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        });
        Assert.Equal("launched", await launcher.StandardOutput.ReadLineAsync(home.Bound));
        launcher.Kill();
        await launcher.WaitForExitAsync(home.Bound);

        await using TetheredProcess process = await home.AttachAsync("kept");
        if (lifetime == ProcessLifetime.TiedToLauncher)
        {
            await process.WaitForExitAsync(home.Bound);
            return;
        }

        Assert.Equal(6, process.StandardInput.Position);
        await process.StandardInput.WriteAsync("second\n"u8.ToArray(), home.Bound);
        await process.StandardInput.CompleteAsync(home.Bound);
        Assert.Equal("first\nsecond\n", await process.StandardOutput.ReadTextAsync(home.Bound));
        Assert.Equal(0, (await process.WaitForExitAsync(home.Bound)).ExitCode);
    }

    [Fact]
    public async Task KeeperKilled_DetachedProgram_RunsOnAndIsLost()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(Child.Executable, "sleep");
        using Process program = Process.GetProcessById(process.Id);
        using (Process keeper = Process.GetProcessById(process.KeeperId))
        {
            keeper.Kill();
        }

        await Assert.ThrowsAsync<KeeperLostException>(() => process.WaitForExitAsync(home.Bound));
        Assert.Equal(ProcessState.Lost, home.Record(process.Name).State);
        Assert.False(program.HasExited);
        Assert.Empty(await TetheredProcess.AdoptAllAsync(home.Options, home.Bound));
        program.Kill();
        await program.WaitForExitAsync(home.Bound);
    }

    [Fact]
    public async Task KeeperKilled_TiedProgram_EndsWithIt()
    {
        await using TestHome home = new();
        ProcessSpec spec = new(Child.Executable, "sleep") { Lifetime = ProcessLifetime.TiedToLauncher };
        await using TetheredProcess process = await home.StartAsync(spec);
        using Process program = Process.GetProcessById(process.Id);
        using (Process keeper = Process.GetProcessById(process.KeeperId))
        {
            keeper.Kill();
        }

        await program.WaitForExitAsync(home.Bound);
    }

    /// <summary>Also that a launcher in no job starts nothing in one: else this would prove nothing.</summary>
    [Theory]
    [InlineData(null, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task StartAsync_LauncherInAJob_SaysWhetherTheProgramCouldLeaveIt(bool? allowsBreakaway, bool isBound)
    {
        await using TestHome home = new();
        using WindowsJob? job = allowsBreakaway is { } allows ? WindowsJob.Create(allows, killsOnClose: true) : null;
        using AnonymousPipeServerStream output = new(PipeDirection.In);
        using WindowsProcess launcher = WindowsProcess.Start(
            Specification.Of("launch", home.Path, "kept", nameof(ProcessLifetime.Detached)) with
            {
                Job = job,
                Output = output.ClientSafePipeHandle,
            });
        output.DisposeLocalCopyOfClientHandle();
        using StreamReader reader = new(output);
        Assert.Equal("launched", await reader.ReadLineAsync(home.Bound));
        Assert.Equal(isBound, home.Record("kept").IsBoundToJob);
        string shown = (await home.CliAsync("show", "kept")).Succeeded();
        Assert.Equal(isBound, shown.Contains("not detached from the job of its launcher", StringComparison.Ordinal));
        using JsonDocument json = JsonDocument.Parse((await home.CliAsync("show", "kept", "--json")).Succeeded());
        Assert.Equal(isBound, json.RootElement.TryGetProperty("boundToJob", out JsonElement bound) && bound.GetBoolean());

        await using TetheredProcess process = await home.AttachAsync("kept");
        launcher.Terminate(1);
        job?.Terminate(1);
        if (isBound)
        {
            await Assert.ThrowsAsync<KeeperLostException>(() => process.WaitForExitAsync(home.Bound));
        }
        else
        {
            await process.StandardInput.CompleteAsync(home.Bound);
            Assert.Equal(0, (await process.WaitForExitAsync(home.Bound)).ExitCode);
        }
    }

    [Fact]
    public async Task AttachAsync_EndpointServedByAnotherProcess_IsNotTrusted()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec(Child.Executable, "wait") { Name = "mine" });
        using LocalServer stranger = LocalServer.Listen("tether-tests-" + Guid.NewGuid().ToString("N"));
        string file = Path.Combine(home.Path, "mine", RecordPaths.Record);
        string json = File.ReadAllText(file);
        RecordFile record = RecordStore.Open(home.Path)!.ReadRecordFile("mine");
        File.WriteAllBytes(file, ProtocolJson.Bytes(record with { Endpoint = stranger.FullName }));
        Exception? error = await Xunit.Record.ExceptionAsync(() => home.AttachAsync("mine"));
        File.WriteAllText(file, json);
        Assert.Contains($"served by process {Environment.ProcessId}", Assert.IsType<ConnectionLostException>(error).Message);
    }

    /// <summary>Numbers of processes are used again: it is the keeper, or the program, only with its start time.</summary>
    [Fact]
    public async Task AttachAsync_KeepersNumberIsAnotherProcessBy_IsRefused()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec(Child.Executable, "wait") { Name = "mine" });
        string file = Path.Combine(home.Path, "mine", RecordPaths.Record);
        string json = File.ReadAllText(file);
        RecordFile record = RecordStore.Open(home.Path)!.ReadRecordFile("mine");
        File.WriteAllBytes(file, ProtocolJson.Bytes(record with { KeeperStartTicks = record.KeeperStartTicks + 1 }));
        Exception? error = await Xunit.Record.ExceptionAsync(() => home.AttachAsync("mine"));
        File.WriteAllText(file, json);
        Assert.True(error is KeeperLostException or ConnectionLostException, $"{error}");
        Assert.False(ProcessIdentity.IsAlive(record.ProcessId, record.ProcessStartTicks + 1));
        Assert.True(ProcessIdentity.IsAlive(record.ProcessId, record.ProcessStartTicks));
    }

    [Fact]
    public async Task StartAsync_LauncherWithAnInheritableFile_LeavesItFree()
    {
        await using TestHome home = new();
        string path = Path.Combine(home.Path, ".busy");
        TetheredProcess process;
        using (FileStream file = new(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None | FileShare.Inheritable))
        {
            process = await home.StartAsync(Child.Executable, "wait");
        }

        await using (process)
        {
            File.OpenRead(path).Dispose();
        }
    }
}
