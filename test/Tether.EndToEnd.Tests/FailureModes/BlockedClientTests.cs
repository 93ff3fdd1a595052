using Tether.EndToEnd.Tests.Keep;
using Tether.EndToEnd.Tests.Start;

namespace Tether.EndToEnd.Tests.FailureModes;

/// <summary>A keeper is killed while its clients wait, or while its disk is full.</summary>
public sealed class BlockedClientTests
{
    [Fact]
    public async Task KeeperKilled_WhileClientsBlock_EachIsToldAndAttachesAgain()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sleep", Programs.UniqueSeconds());
        await using OutputReadStream output = process.StandardOutput.OpenRead();
        Task reading = output.ReadAsync(new byte[1], home.Bound).AsTask();
        Task waiting = process.WaitForExitAsync(home.Bound);
        Task writing = process.StandardInput.WriteAsync(new byte[1024 * 1024], home.Bound).AsTask();
        await Waits.UntilAsync(() => process.StandardInput.Position > 0, home.Bound);

        Waits.Kill(process.KeeperId);

        await Assert.ThrowsAsync<KeeperLostException>(() => reading);
        await Assert.ThrowsAsync<KeeperLostException>(() => waiting);
        await Assert.ThrowsAsync<KeeperLostException>(() => writing);
        await using TetheredProcess again = await home.AttachAsync(process.Name);
        Assert.Equal(process.StandardInput.Position, again.StandardInput.StartPosition);
        AdoptedExit.AssertIs(137, "SIGKILL", await again.KillAsync(home.Bound));
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task KeeperKilled_WhileTheDiskIsFull_TheNextOneControlsTheProgram()
    {
        await using SmallDisk disk = await SmallDisk.MountAsync(2048);
        using CancellationTokenSource bound = new(TimeSpan.FromSeconds(60));
        ProcessSpec spec = new("sh", ["-c", "echo out; exec sleep 81764"]) { Name = "full" };
        await using TetheredProcess process = await TetheredProcess.StartAsync(spec, disk.Options, bound.Token);
        await Waits.OutputReachesAsync(process, OutputStream.StandardOutput, 4, bound.Token);
        disk.Fill();
        Waits.Kill(process.KeeperId);

        await using TetheredProcess again = await TetheredProcess.AttachAsync("full", disk.Options, bound.Token);

        Assert.Equal(process.Id, again.Id);
        Assert.Equal(1, again.GetRecord().Adoptions);
        ProcessExitStatus exit = await again.KillAsync(bound.Token);
        AdoptedExit.AssertIs(137, "SIGKILL", exit);
        Assert.Equal(exit, again.GetRecord().Exit);
        Assert.Equal("out\n", await again.StandardOutput.ReadTextAsync(bound.Token));
    }
}
