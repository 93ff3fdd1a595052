using Tether.EndToEnd.Tests.Keep;

namespace Tether.EndToEnd.Tests.FailureModes;

/// <summary>What docs/failure-modes.md says of a keeper that is killed, and of one whose executable is gone.</summary>
public sealed class KeeperTests
{
    [Fact]
    public async Task Keeper_Killed_TheProgramReadsTheEndOfItsInputAndWritesOnWithoutASignal()
    {
        await using TestHome home = new();
        string mark = Path.Combine(home.Path, ".mark");
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "cat; echo out; echo error >&2; echo $? > \"$0.draft\" && mv \"$0.draft\" \"$0\"; exec sleep 60", mark);
        await process.StandardInput.WriteAsync("before\n"u8.ToArray(), home.Bound);
        await Waits.OutputReachesAsync(process, OutputStream.StandardOutput, 7, home.Bound);

        Waits.Kill(process.KeeperId);
        await Waits.UntilAsync(() => File.Exists(mark), home.Bound);

        Assert.Equal("0\n", await File.ReadAllTextAsync(mark, home.Bound));
        Assert.True(Waits.IsAlive(process.Id));
        Assert.Equal(ProcessState.Lost, home.Record(process.Name).State);
        using StreamReader kept = new(process.StandardOutput.OpenRead(follow: false));
        Assert.Equal("before\n", await kept.ReadToEndAsync(home.Bound));
        Waits.Kill(process.Id);
        await Waits.ProcessIsGoneAsync(process.Id, home.Bound);
    }

    [Fact]
    public async Task Keeper_ItsExecutableDeletedWhileItRuns_GoesOn()
    {
        await using TestHome home = new();
        string keeper = Path.Combine(home.Path, ".keeper");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "tether-keeper"), keeper);
        TetherOptions options = home.Options with { KeeperPath = keeper };
        await using TetheredProcess process = await TetheredProcess.StartAsync(new ProcessSpec("sh", "-c", "cat; exit 5"), options, home.Bound);

        File.Delete(keeper);
        await using TetheredProcess again = await home.AttachAsync(process.Name);
        await again.StandardInput.WriteAsync("hello\n"u8.ToArray(), home.Bound);
        await again.StandardInput.CompleteAsync(home.Bound);

        Assert.Equal(5, (await again.WaitForExitAsync(home.Bound)).ExitCode);
        Assert.Equal("hello\n", await again.StandardOutput.ReadTextAsync(home.Bound));
        ProcessStartException error = await Assert.ThrowsAsync<ProcessStartException>(() => TetheredProcess.StartAsync(new ProcessSpec("cat"), options, home.Bound));
        Assert.Equal(StartFailure.KeeperNotFound, error.Reason);
    }
}
