namespace Tether.EndToEnd.Tests.Start;

/// <summary>
/// The story that the project starts from: a device that only one may have open, here a file locked exclusively by a descriptor without
/// O_CLOEXEC, as native libraries open them, stays busy after its holder has closed it, because a child has the descriptor too.
/// </summary>
public sealed class LeakTests
{
    [Fact]
    public async Task Process_LauncherClosesItsDevice_StaysBusyWhileTheChildLives()
    {
        await using TestHome home = new();
        using TemporaryFile device = new();
        await using LauncherProcess launcher = await LauncherProcess.StartAsync(home, ["lock=" + device.Path, "with-process"], ["sleep", "1000"]);
        StartReport child = await launcher.StartProgramAsync();
        try
        {
            Assert.Equal("closed", await launcher.OrderAsync("close"));
            Assert.True(device.IsLocked);
        }
        finally
        {
            using System.Diagnostics.Process sleeping = System.Diagnostics.Process.GetProcessById(child.ProgramId);
            sleeping.Kill();
        }
    }

    [Fact]
    public async Task StartAsync_LauncherClosesItsDevice_IsFreeAtOnce()
    {
        await using TestHome home = new();
        using TemporaryFile device = new();
        await using LauncherProcess launcher = await LauncherProcess.StartAsync(home, ["lock=" + device.Path], ["sleep", "1000"]);
        StartReport start = await launcher.StartProgramAsync();
        Assert.True(device.IsLocked);
        Assert.Equal("closed", await launcher.OrderAsync("close"));
        Assert.False(device.IsLocked);
        Assert.Equal(ProcessState.Running, home.Record(start.Name).State);
    }
}
