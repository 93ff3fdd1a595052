using System.Runtime.InteropServices;

namespace Tether.Platform.Windows;

/// <summary>What <see cref="WindowsProcess.Start"/> starts.</summary>
internal sealed record WindowsStart
{
    /// <summary>The path of the executable; never looked for.</summary>
    internal required string Application { get; init; }

    /// <summary>The whole command line, the program's name included (<see cref="WindowsArguments.Join"/>).</summary>
    internal required string CommandLine { get; init; }

    /// <summary>Null for the starter's own.</summary>
    internal string? WorkingDirectory { get; init; }

    /// <summary>Null for the starter's own.</summary>
    internal IReadOnlyDictionary<string, string>? Environment { get; init; }

    internal SafeHandle? Input { get; init; }

    internal SafeHandle? Output { get; init; }

    internal SafeHandle? Error { get; init; }

    /// <summary>What the program gets besides its standard streams, under the same handle values.</summary>
    internal IReadOnlyList<SafeHandle> Handles { get; init; } = [];

    /// <summary>CREATE_SUSPENDED, DETACHED_PROCESS, CREATE_NO_WINDOW, CREATE_NEW_PROCESS_GROUP.</summary>
    internal uint Flags { get; init; }

    /// <summary>Whether it leaves the starter's job where that is allowed; <see cref="WindowsProcess.LeftJob"/> says whether it did.</summary>
    internal bool LeaveJob { get; init; }

    /// <summary>The job that it is in from its first instruction on.</summary>
    internal WindowsJob? Job { get; init; }
}
