using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Tether.Launching;

namespace Tether.Platform.Windows;

/// <summary>What <see cref="WindowsProcess.Start"/> starts.</summary>
[SupportedOSPlatform("windows")]
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

    /// <summary>
    /// What the user asked for: security, flags, start-up information, and the variables that <see cref="Handles"/> are told by, one for
    /// each of them, if any.
    /// </summary>
    internal WindowsStartRequest Parameters { get; init; } = new();

    /// <summary>
    /// Whether it leaves the starter's job where that is allowed; <see cref="WindowsProcess.LeftJob"/> says whether it did.
    /// </summary>
    internal bool LeaveJob { get; init; }

    /// <summary>The job that it is in from its first instruction on.</summary>
    internal WindowsJob? Job { get; init; }

    /// <summary>
    /// All flags that CreateProcess gets: the starter's, the user's with the priority class, and those of the form of the call.
    /// </summary>
    internal uint CreationFlags(uint furtherFlags) => Flags | Parameters.CreationFlags | furtherFlags
        | Kernel32.CREATE_UNICODE_ENVIRONMENT | Kernel32.EXTENDED_STARTUPINFO_PRESENT;

    /// <exception cref="ArgumentException">Something cannot be passed on.</exception>
    internal void Validate()
    {
        if (CommandLine.Contains('\0') || CommandLine.Length >= WindowsArguments.Longest)
            throw new ArgumentException($"The command line has a NUL character or more than {WindowsArguments.Longest - 1} characters.");

        if (Application.Contains('\0') || WorkingDirectory?.Contains('\0') == true)
            throw new ArgumentException("The program's path or its working directory has a NUL character.");

        const uint Known = Kernel32.CREATE_SUSPENDED | Kernel32.DETACHED_PROCESS | Kernel32.CREATE_NO_WINDOW
            | Kernel32.CREATE_NEW_PROCESS_GROUP;
        if ((Flags & ~Known) != 0)
            throw new ArgumentException($"The flags 0x{Flags & ~Known:x} are not for the starter to set.");

        if ((Flags & Kernel32.DETACHED_PROCESS) != 0 && (Flags & Kernel32.CREATE_NO_WINDOW) != 0)
            throw new ArgumentException("DETACHED_PROCESS (no console) and CREATE_NO_WINDOW (a console without a window) cannot both be.");

        if (Parameters.HandleVariables.Count is var variables and not 0 && variables != Handles.Count)
            throw new ArgumentException($"There are {variables} variables for {Handles.Count} handles.");
    }
}
