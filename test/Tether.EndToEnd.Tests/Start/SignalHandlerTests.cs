namespace Tether.EndToEnd.Tests.Start;

/// <summary>The library handles no signal, so that no system call of the launcher's is interrupted by what it starts.</summary>
public sealed class SignalHandlerTests
{
    [Fact]
    public async Task SyscallsAreRestartedInParent_AStart_LeavesTheLaunchersSignalsAsTheyWere()
    {
        await using TestHome home = new();
        await using LauncherProcess launcher = await LauncherProcess.StartAsync(home, [], ["true"]);
        string[] keys = ["SigCgt", "SigIgn", "SigBlk"];
        ulong[] before = [.. keys.Select(key => ProcInfo.Signals(launcher.Id, key))];
        await launcher.StartProgramAsync();
        Assert.Equal(before, keys.Select(key => ProcInfo.Signals(launcher.Id, key)));
    }
}
