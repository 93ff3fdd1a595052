namespace Tether;

/// <summary>There is no process of that number.</summary>
public sealed class ProcessNotFoundException : TetherException
{
    internal ProcessNotFoundException(int processId)
        : base($"There is no process {processId}. It may have ended; '{(OperatingSystem.IsWindows() ? "tasklist" : "ps -e")}' lists what there is.")
    {
        ProcessId = processId;
    }

    /// <summary>The number.</summary>
    public int ProcessId { get; }
}
