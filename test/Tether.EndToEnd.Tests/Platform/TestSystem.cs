namespace Tether.EndToEnd.Tests.Platform;

/// <summary>What the tests ask of the operating system. The tests themselves are the same on each.</summary>
internal abstract class TestSystem
{
    internal static TestSystem Current { get; } =
        OperatingSystem.IsWindows() ? new WindowsTestSystem()
        : OperatingSystem.IsLinux() ? new LinuxTestSystem()
        : throw new PlatformNotSupportedException("The tests run on Linux and Windows.");

    /// <summary>What an executable's name ends with.</summary>
    internal abstract string ExecutableSuffix { get; }

    /// <summary>A directory that every machine has.</summary>
    internal abstract string AnyDirectory { get; }

    /// <summary>A file that every machine has and that cannot be started, and the reason that is told.</summary>
    internal abstract (string Path, string Reason) FileThatIsNoProgram { get; }

    /// <summary>What messages call the number of an error.</summary>
    internal abstract string ErrorWord { get; }

    /// <summary>Asserts that an error has the number that errno(3) has, where the system has those.</summary>
    internal abstract void AssertErrno(int expected, int actual);

    /// <summary>How often a loop runs that costs this many starts or more where a start is as fast as it should be.</summary>
    internal abstract int Rounds(int usual);

    /// <summary>How many bytes a test moves that usually moves so many.</summary>
    internal abstract long Bytes(long usual);

    /// <summary>Asserts that it ended because it was asked to, and had no way of its own to answer that.</summary>
    internal abstract void AssertStopped(ProcessExitStatus exit);

    /// <summary>Asserts that it ended by a forbidden access to memory ('kill -SEGV $$').</summary>
    internal abstract void AssertCrashed(ProcessExitStatus exit);

    /// <summary>Asserts that it ended as nobody reads its output.</summary>
    internal abstract void AssertEndedByClosedPipe(ProcessExitStatus exit);

    /// <summary>Whether the process is there, and not only what is left of one that has ended.</summary>
    internal abstract bool IsAlive(int pid);

    /// <summary>Ends when <see cref="IsAlive"/> does not hold any more.</summary>
    internal abstract Task ProcessIsGoneAsync(int pid, CancellationToken bound);

    /// <summary>Ends when the process is no keeper, or one that was started after then: the number may be another keeper's by now.</summary>
    internal abstract Task KeeperIsGoneAsync(int pid, DateTimeOffset startedBefore, CancellationToken bound);

    /// <summary>The keepers of a record's name that no other test uses.</summary>
    internal abstract IReadOnlyList<int> Keepers(string name);

    /// <summary>Whether a file or directory of the home is there beside each record.</summary>
    internal abstract bool StandsBesideARecord(string path);

    /// <summary>Sends a signal by its name without "SIG".</summary>
    internal abstract Task SignalAsync(int pid, string signal, CancellationToken bound);

    /// <summary>What the full path of a program ends with.</summary>
    internal string PathEnd(string name) => Path.DirectorySeparatorChar + name + ExecutableSuffix;

    /// <summary>The same in a command line as the tool prints it.</summary>
    internal string QuotedPathEnd(string name) => PathEnd(name) + (Path.DirectorySeparatorChar == '\\' ? "'" : "");

    /// <summary>An executable of ours, which lies beside the tests.</summary>
    internal string Executable(string name) => Path.Combine(AppContext.BaseDirectory, name + ExecutableSuffix);
}
