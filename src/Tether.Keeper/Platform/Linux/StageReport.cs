using System.Runtime.InteropServices;

namespace Tether.Keeper.Platform.Linux;

/// <summary>One report of an <see cref="ExecStage"/>, small enough to pass a pipe in one piece.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct StageReport(StartStep step, int detail, int errno)
{
    internal readonly StartStep Step = step;

    /// <summary>For a limit: the resource.</summary>
    internal readonly int Detail = detail;

    internal readonly int Errno = errno;
}
