using Tether.EndToEnd.Tests.Keep;
using Tether.EndToEnd.Tests.Platform;

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
        // The end of its input says that the keeper has closed that; its lock on the record goes with the rest.
        await Waits.ProcessIsGoneAsync(process.KeeperId, home.Bound);

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
        Executables.Copy(TestSystem.Current.Executable("tether-keeper"), keeper);
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

    [Fact]
    public async Task Keeper_ItsFilesCutShortWhileItWrites_NeitherEndsNorStopsTheProgram()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "echo first; read go; head -c 20000000 /dev/zero; echo error >&2; exit 6");
        await Waits.OutputReachesAsync(process, OutputStream.StandardOutput, 6, home.Bound);
        foreach (string file in (string[])["positions", "stdout.log", "stderr.log", "order.log"])
        {
            await using FileStream cut = new(Path.Combine(home.Path, process.Name, file), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            cut.SetLength(0);
        }

        await process.StandardInput.WriteAsync("go\n"u8.ToArray(), home.Bound);

        Assert.Equal(6, (await process.WaitForExitAsync(home.Bound)).ExitCode);
        Assert.Equal(20_000_006, process.StandardOutput.Status.End);
        await Waits.ProcessIsGoneAsync(process.KeeperId, home.Bound);
    }
}
