using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Windows;

/// <summary>A handle of any process, as the system lists it.</summary>
/// <param name="ProcessId">Whose it is.</param>
/// <param name="Value">Its value there.</param>
/// <param name="Access">The access that it was opened with.</param>
/// <param name="Type">The type of its object, as a number of this system's.</param>
/// <param name="IsInheritable">Whether its process passes it on.</param>
[SupportedOSPlatform("windows")]
internal readonly unsafe record struct SystemHandle(int ProcessId, nint Value, uint Access, ushort Type, bool IsInheritable)
{
    internal static List<SystemHandle> All()
    {
        byte* list = SystemList.Read(Ntdll.SystemExtendedHandleInformation, "the handles");
        try
        {
            nint count = *(nint*)list;
            Ntdll.HandleTableEntry* entries = (Ntdll.HandleTableEntry*)(list + (2 * sizeof(nint)));
            List<SystemHandle> handles = new((int)count);
            for (nint i = 0; i < count; i++)
            {
                Ntdll.HandleTableEntry* entry = entries + i;
                handles.Add(new SystemHandle(
                    (int)entry->ProcessId, entry->Value, entry->Access, entry->Type, (entry->Attributes & Ntdll.OBJ_INHERIT) != 0));
            }

            return handles;
        }
        finally
        {
            NativeMemory.Free(list);
        }
    }

    /// <summary>A handle of this process to the same object, to be looked at; null with the error when there is none to be had.</summary>
    internal SafeFileHandle? Duplicate(SafeProcessHandle process, out int error)
    {
        nint own;
        bool isDone = Kernel32.DuplicateHandle(
            process.DangerousGetHandle(), Value, Kernel32.GetCurrentProcess(), &own, 0, false, Kernel32.DUPLICATE_SAME_ACCESS);
        error = isDone ? 0 : WindowsError.Last();
        return isDone ? new SafeFileHandle(own, ownsHandle: true) : null;
    }
}
