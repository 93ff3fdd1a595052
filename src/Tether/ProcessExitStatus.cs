using System.Runtime.InteropServices;

namespace Tether;

/// <summary>How a program ended. A non-zero exit code is a value, not an error.</summary>
public sealed record ProcessExitStatus
{
    /// <summary>
    /// The program's own exit code, 0 to 255; 128 + N when signal N ended it (the convention of shells and of .NET). On Windows all 32 bits
    /// of it, as a signed number; 137 when its keeper killed it, as on Linux. -1 when <see cref="IsKnown"/> is false.
    /// </summary>
    public required int ExitCode { get; init; }

    /// <summary>The signal that ended the program, or null when it ended by itself. A signal that <see cref="PosixSignal"/> has no name for is its plain number.</summary>
    public PosixSignal? Signal { get; init; }

    /// <summary>The signal's name (<c>SIGKILL</c>), or null when the program ended by itself.</summary>
    public string? SignalName { get; init; }

    /// <summary>
    /// What an exit code stands for that Windows gave the program (an NTSTATUS): "access violation" for 0xC0000005. Null when the code is
    /// the program's own, and on other systems.
    /// </summary>
    public string? StatusName { get; init; }

    /// <summary>True when the system wrote a core dump.</summary>
    public bool CoreDumped { get; init; }

    /// <summary>When the keeper saw the program end. UTC.</summary>
    public required DateTimeOffset ExitTime { get; init; }

    /// <summary>
    /// False when a process that the program left behind still held its output streams two seconds after its end: more output may
    /// follow, and the keeper goes on keeping it. False also when the keeper had been killed and the program ended before another took over: what
    /// it wrote in between, at most what a pipe holds, went with it.
    /// </summary>
    public bool OutputComplete { get; init; } = true;

    /// <summary>
    /// False when nobody saw how the program ended: its keeper had been killed, and it ended before another took over, or on a kernel
    /// before Linux 6.15, which tells an exit code to a parent only (<c>PIDFD_GET_INFO</c>).
    /// </summary>
    public bool IsKnown { get; init; } = true;
}
