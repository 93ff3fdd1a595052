using System.Globalization;

namespace Tether.Fuzz;

/// <summary>A keeper of <c>cat</c>, and what /proc says of it.</summary>
internal sealed class KeeperUnderTest : IAsyncDisposable
{
    private KeeperUnderTest(TetheredProcess process, string home, bool takesInput)
    {
        Process = process;
        TakesInput = takesInput;
        SocketPath = Path.Combine(home, process.Name, "socket");
    }

    internal TetheredProcess Process { get; }

    /// <summary>Whether the fuzzer's own input goes to this one; else its input is the witness's alone.</summary>
    internal bool TakesInput { get; }

    internal string SocketPath { get; }

    internal static async Task<KeeperUnderTest> StartAsync(string home, string name, WindowFullPolicy whenFull, bool takesInput, params string[] command)
    {
        ProcessSpec spec = new(command[0], command[1..]) { Name = name, WhenFull = whenFull };
        return new KeeperUnderTest(await TetheredProcess.StartAsync(spec, new TetherOptions { HomeDirectory = home }), home, takesInput);
    }

    internal int Descriptors => Directory.GetFileSystemEntries($"/proc/{Process.KeeperId}/fd").Length;

    /// <summary>KiB that belong to this process alone (Private_Dirty and Private_Clean of proc_pid_smaps_rollup(5)).</summary>
    internal long PrivateKilobytes => File.ReadLines($"/proc/{Process.KeeperId}/smaps_rollup").Where(line => line.StartsWith("Private_", StringComparison.Ordinal))
        .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));

    /// <summary>The most memory that it ever had resident, shared pages among it (VmHWM of proc_pid_status(5)).</summary>
    internal long PeakKilobytes => long.Parse(
        File.ReadLines($"/proc/{Process.KeeperId}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    /// <summary>Waits until the keeper has seen that its clients are gone.</summary>
    internal void RequireNoMoreDescriptorsThan(int expected)
    {
        long deadline = Environment.TickCount64 + 30_000;
        while (Descriptors > expected)
        {
            FuzzFailureException.ThrowIf(Environment.TickCount64 > deadline, $"The keeper had {expected} descriptors at the start and has {Descriptors} at the end.");
            Thread.Yield();
        }
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
