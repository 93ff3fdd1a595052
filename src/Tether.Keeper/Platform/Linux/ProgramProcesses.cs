using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Platform.Linux;
using Tether.Records;

namespace Tether.Keeper.Platform.Linux;

/// <summary>The program's processes: its keeper's children, or those that a killed keeper left.</summary>
[SupportedOSPlatform("linux")]
internal abstract class ProgramProcesses(int processId) : IDisposable
{
    /// <summary>The program itself.</summary>
    internal int ProcessId { get; } = processId;

    /// <summary>True once the program itself was seen to have ended: its PID may be a stranger's from then on.</summary>
    internal bool HasEnded { get; private protected set; }

    /// <summary>Whether the end of any of them is told by SIGCHLD.</summary>
    internal abstract bool TellsEnds { get; }

    /// <summary>What becomes readable when the program ends, where no SIGCHLD tells it.</summary>
    internal abstract SafeFileHandle? ExitWatch { get; }

    /// <summary>Whether the program or anything that came from it is left.</summary>
    internal abstract bool Any { get; }

    /// <summary>Looks for what has ended. Returns how the program did, once, when it is among that.</summary>
    internal abstract ExitFile? Reap(out bool any);

    /// <summary>Signals the program alone. Returns 0 or an error number.</summary>
    internal abstract int Signal(int signal);

    /// <summary>Signals the program and all that came from it. Returns 0 or an error number.</summary>
    internal abstract int SignalTree(int signal);

    public abstract void Dispose();

    /// <summary>From the status of waitpid(2).</summary>
    private protected static ExitFile ToExit(int waitStatus)
    {
        int signal = waitStatus & 0x7F;
        return new ExitFile
        {
            Code = signal == 0 ? (waitStatus >> 8) & 0xFF : 128 + signal,
            Signal = signal == 0 ? null : Signals.NameOf(signal),
            SignalNumber = signal,
            CoreDumped = (waitStatus & 0x80) != 0,
            Time = DateTimeOffset.UtcNow,
        };
    }
}
