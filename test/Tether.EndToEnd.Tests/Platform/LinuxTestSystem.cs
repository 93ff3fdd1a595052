using System.Diagnostics;
using System.Runtime.Versioning;
using Tether.EndToEnd.Tests.Keep;
using Tether.EndToEnd.Tests.Start;

namespace Tether.EndToEnd.Tests.Platform;

/// <summary>Linux, by proc(5).</summary>
[SupportedOSPlatform("linux")]
internal sealed class LinuxTestSystem : TestSystem
{
    internal override string ExecutableSuffix => "";

    internal override string AnyDirectory => "/usr";

    internal override (string Path, string Reason) FileThatIsNoProgram => ("/etc/passwd", "may not be executed");

    internal override string ErrorWord => "errno";

    internal override void AssertErrno(int expected, int actual) => Assert.Equal(expected, actual);

    internal override int Rounds(int usual) => usual;

    internal override long Bytes(long usual) => usual;

    internal override void AssertStopped(ProcessExitStatus exit) => Assert.Equal((143, "SIGTERM"), (exit.ExitCode, exit.SignalName));

    internal override void AssertCrashed(ProcessExitStatus exit) =>
        Assert.Equal((139, "SIGSEGV", Signals.Parse("SEGV")), (exit.ExitCode, exit.SignalName, exit.Signal));

    internal override void AssertEndedByClosedPipe(ProcessExitStatus exit) => Assert.Equal("SIGPIPE", exit.SignalName);

    internal override bool IsAlive(int pid)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    internal override Task ProcessIsGoneAsync(int pid, CancellationToken bound) => Waits.UntilAsync(() => !IsAlive(pid), bound);

    internal override Task KeeperIsGoneAsync(int pid, DateTimeOffset startedBefore, CancellationToken bound) =>
        Waits.UntilAsync(() => !IsKeeper(pid), bound);

    internal override IReadOnlyList<int> Keepers(string name) => ProcInfo.Keepers(name);

    internal override bool StandsBesideARecord(string path) => false;

    internal override async Task SignalAsync(int pid, string signal, CancellationToken bound)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{pid}"]);
        await kill.WaitForExitAsync(bound);
        Assert.Equal(0, kill.ExitCode);
    }

    private static bool IsKeeper(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").StartsWith("tether-keeper", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
