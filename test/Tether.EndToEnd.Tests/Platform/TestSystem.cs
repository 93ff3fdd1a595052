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

    /// <summary>How often a loop runs that costs this many starts or more where a start is as fast as it should be.</summary>
    internal abstract int Rounds(int usual);

    /// <summary>Whether the process is there, and not only what is left of one that has ended.</summary>
    internal abstract bool IsAlive(int pid);

    /// <summary>Whether the process is a keeper.</summary>
    internal abstract bool IsKeeper(int pid);

    /// <summary>Sends a signal by its name without "SIG".</summary>
    internal abstract Task SignalAsync(int pid, string signal, CancellationToken bound);

    /// <summary>What the full path of a program ends with.</summary>
    internal string PathEnd(string name) => Path.DirectorySeparatorChar + name + ExecutableSuffix;

    /// <summary>An executable of ours, which lies beside the tests.</summary>
    internal string Executable(string name) => Path.Combine(AppContext.BaseDirectory, name + ExecutableSuffix);
}
