using System.Runtime.InteropServices;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.Start;

/// <summary>A program that is tied to its launcher ends with the launcher's handle, and with nobody else's.</summary>
public sealed class TiedTests
{
    [Fact]
    public async Task TiedToLauncher_LauncherKilled_ProgramEnds()
    {
        await using TestHome home = new();
        await using LauncherProcess launcher = await LauncherProcess.StartAsync(home, ["tied"], ["sleep", "1000"]);
        await using TetheredProcess process = await home.AttachAsync((await launcher.StartProgramAsync()).Name);
        await launcher.KillAsync();
        TestSystem.Current.AssertStopped(await process.WaitForExitAsync(home.Bound));
    }

    [Fact]
    public async Task TiedToLauncher_HandleDisposed_ProgramEnds()
    {
        await using TestHome home = new();
        await using LauncherProcess launcher = await LauncherProcess.StartAsync(home, ["tied"], ["sleep", "1000"]);
        await using TetheredProcess process = await home.AttachAsync((await launcher.StartProgramAsync()).Name);
        Assert.Equal("disposed", await launcher.OrderAsync("dispose"));
        TestSystem.Current.AssertStopped(await process.WaitForExitAsync(home.Bound));
    }

    [Fact]
    public async Task TiedToLauncher_ProgramIgnoresTheRequest_IsKilledAfterTheGrace()
    {
        await using TestHome home = new();
        ProcessSpec spec = new("sh", "-c", "trap '' TERM; echo ready; while :; do read line || exec sleep 1000; done")
        {
            Lifetime = ProcessLifetime.TiedToLauncher,
            StopGrace = TimeSpan.FromMilliseconds(100),
        };
        TetheredProcess tied = await home.StartAsync(spec);
        await using TetheredProcess watching = await home.AttachAsync(tied.Name);
        await using Stream output = watching.StandardOutput.OpenRead();
        await output.ReadExactlyAsync(new byte["ready\n".Length], home.Bound);
        await tied.DisposeAsync();
        Assert.Equal("SIGKILL", (await watching.WaitForExitAsync(home.Bound)).SignalName);
    }

    [Fact]
    public async Task TiedToLauncher_AnotherClientDetaches_ProgramRunsOn()
    {
        await using TestHome home = new();
        await using TetheredProcess tied = await home.StartAsync(new ProcessSpec("cat") { Lifetime = ProcessLifetime.TiedToLauncher });
        await (await home.AttachAsync(tied.Name)).DisposeAsync();
        // The program still answers, after the keeper has seen the other client go: it took this client's frame later.
        await using TetheredProcess third = await home.AttachAsync(tied.Name);
        await third.StandardInput.WriteAsync("still here"u8.ToArray(), home.Bound);
        await using Stream output = third.StandardOutput.OpenRead();
        await output.ReadExactlyAsync(new byte["still here".Length], home.Bound);
        Assert.Equal(ProcessState.Running, home.Record(tied.Name).State);
    }

    [Fact]
    public async Task Detached_HandleDisposed_ProgramRunsOn()
    {
        await using TestHome home = new();
        TetheredProcess process = await home.StartAsync("cat");
        await process.DisposeAsync();
        await using TetheredProcess again = await home.AttachAsync(process.Name);
        Assert.Equal(ProcessState.Running, again.State);
    }
}
