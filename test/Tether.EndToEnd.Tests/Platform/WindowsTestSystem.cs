using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Platform.Windows;

namespace Tether.EndToEnd.Tests.Platform;

/// <summary>Windows. The programs that Debian has are small ones of ours there (test/Tether.TestShell).</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsTestSystem : TestSystem
{
    internal override string ExecutableSuffix => ".exe";

    internal override string AnyDirectory => Environment.SystemDirectory;

    internal override (string Path, string Reason) FileThatIsNoProgram =>
        (Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.Windows), "win.ini"), "it is no program for this system");

    internal override string ErrorWord => "error";

    internal override void AssertErrno(int expected, int actual)
    {
    }

    /// <summary>Under Wine a start takes a second: keeper and program are framework-dependent there.</summary>
    internal override int Rounds(int usual) => Math.Max(1, usual / 20);

    internal override long Bytes(long usual) => Math.Min(usual, 64L << 20);

    /// <summary>By Ctrl+C: STATUS_CONTROL_C_EXIT. Wine ends such a program with 0.</summary>
    internal override void AssertStopped(ProcessExitStatus exit)
    {
        Assert.Null(exit.Signal);
        Assert.Contains(exit.ExitCode, (int[])[unchecked((int)0xC000_013A), 0]);
    }

    internal override void AssertCrashed(ProcessExitStatus exit)
    {
        Assert.Null(exit.Signal);
        Assert.Equal((unchecked((int)0xC000_0005), "access violation"), (exit.ExitCode, exit.StatusName));
    }

    /// <summary>It is an error of a write there, upon which the programs of test/Tether.TestShell end with this.</summary>
    internal override void AssertEndedByClosedPipe(ProcessExitStatus exit) => Assert.Equal(141, exit.ExitCode);

    /// <summary>A process can be opened for a while after its end.</summary>
    internal override bool IsAlive(int pid)
    {
        try
        {
            using Process? process = Find(pid);
            return process is { HasExited: false };
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception)
        {
            return false;
        }
    }

    /// <summary>
    /// By its handle: it has an exit code before it closes its own ones, and <see cref="Process"/> takes it for ended from then on, when what it
    /// had open cannot be removed yet.
    /// </summary>
    internal override async Task ProcessIsGoneAsync(int pid, CancellationToken bound)
    {
        using SafeProcessHandle process = Kernel32.OpenProcess(Kernel32.SYNCHRONIZE, false, pid);
        if (!process.IsInvalid)
        {
            await WaitHandles.WhenSignalledAsync(process, bound);
        }
    }

    internal override async Task KeeperIsGoneAsync(int pid, DateTimeOffset startedBefore, CancellationToken bound)
    {
        using SafeProcessHandle process = Kernel32.OpenProcess(Kernel32.SYNCHRONIZE | Kernel32.PROCESS_QUERY_LIMITED_INFORMATION, false, pid);
        if (!process.IsInvalid && StartTime(process) <= startedBefore.UtcDateTime)
        {
            await WaitHandles.WhenSignalledAsync(process, bound);
        }
    }

    /// <summary>
    /// Nothing tells the command line of another process. What a keeper holds cannot be removed, so that a home with one is not empty.
    /// </summary>
    internal override IReadOnlyList<int> Keepers(string name) => [];

    /// <summary>Its lock.</summary>
    internal override bool StandsBesideARecord(string path) => Path.GetFileName(path).StartsWith(".lock-", StringComparison.Ordinal);

    internal override Task SignalAsync(int pid, string signal, CancellationToken bound) =>
        throw new PlatformNotSupportedException($"Windows sends no SIG{signal} to a process. Leave this test out.");

    private static Process? Find(int pid)
    {
        try
        {
            return Process.GetProcessById(pid);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static unsafe DateTime StartTime(SafeProcessHandle process)
    {
        long creation, exit, kernel, user;
        return Kernel32.GetProcessTimes(process, &creation, &exit, &kernel, &user) ? DateTime.FromFileTimeUtc(creation) : throw new Win32Exception();
    }
}
