using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Tether.Platform.Windows;

/// <summary>A process as the system lists it, which it does of every user's.</summary>
/// <param name="Id">Its number.</param>
/// <param name="ParentId">Who started it; that number may be another's by now.</param>
/// <param name="StartTime">As a FILETIME.</param>
/// <param name="Name">The file name of its program.</param>
[SupportedOSPlatform("windows")]
internal sealed unsafe record RunningProcess(int Id, int ParentId, long StartTime, string Name)
{
    /// <summary>All of them, by number.</summary>
    internal static Dictionary<int, RunningProcess> All()
    {
        Dictionary<int, RunningProcess> processes = [];
        byte* list = SystemList.Read(Ntdll.SystemProcessInformation, "the processes");
        try
        {
            for (byte* at = list; ; at += ((Ntdll.ProcessEntry*)at)->NextOffset)
            {
                Ntdll.ProcessEntry* entry = (Ntdll.ProcessEntry*)at;
                processes[(int)entry->ProcessId] =
                    new RunningProcess((int)entry->ProcessId, (int)entry->ParentId, entry->StartTime, entry->Name.Text);
                if (entry->NextOffset == 0)
                    return processes;
            }
        }
        finally
        {
            NativeMemory.Free(list);
        }
    }

    /// <summary>Who started it, where that process still lives.</summary>
    internal RunningProcess? ParentIn(Dictionary<int, RunningProcess> processes) =>
        ParentId > 0 && processes.GetValueOrDefault(ParentId) is { } parent && parent.StartTime <= StartTime ? parent : null;
}
