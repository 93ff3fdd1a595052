using System.Globalization;
using System.Runtime.Versioning;

namespace Tether.Platform.Windows;

/// <summary>
/// Which processes have a port. The system tells the process that made the socket, also after its end, when only processes have it that
/// inherited it; by which handle, it does not tell.
/// </summary>
[SupportedOSPlatform("windows")]
internal static class PortHolders
{
    private const int Nobody = 0;

    internal static ResourceHolders Find(int port)
    {
        Dictionary<int, RunningProcess> processes = RunningProcess.All();
        (NetworkSocket Socket, int ProcessId)[] rows = [.. PortTable.Read().Where(row => row.Socket.Port == port)];
        return new ResourceHolders
        {
            Resource = string.Create(CultureInfo.InvariantCulture, $":{port}"),
            Holders = [.. rows.Where(row => row.ProcessId != Nobody).OrderBy(row => row.ProcessId).Select(row => Holder(row, processes))],
            // A connection that is ending is nobody's any more; of another one the process is not told.
            UnseenProcesses = rows.Count(row =>
                row is { ProcessId: Nobody, Socket.State: NetworkSocket.Listening or NetworkSocket.Connected }),
        };
    }

    private static ResourceHolder Holder((NetworkSocket Socket, int ProcessId) row, Dictionary<int, RunningProcess> processes)
    {
        bool lives = processes.TryGetValue(row.ProcessId, out RunningProcess? process);
        return new ResourceHolder
        {
            ProcessId = row.ProcessId,
            ProcessName = lives ? process!.Name : "a process that has ended",
            Use = ResourceUse.Descriptor,
            Target = row.Socket.Description,
            Origin = lives ? ResourceOrigin.Unknown : ResourceOrigin.AncestorGone,
            GoneProcessId = lives ? null : row.ProcessId,
        };
    }
}
