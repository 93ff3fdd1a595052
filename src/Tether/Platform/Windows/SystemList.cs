using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Tether.Platform.Windows;

/// <summary>Lists of the system, whose length is known only when they are read.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe class SystemList
{
    private const uint FirstSize = 1 << 20;

    /// <summary>The list, to be freed with <see cref="NativeMemory.Free"/>.</summary>
    /// <exception cref="IOException">The system does not tell.</exception>
    internal static byte* Read(int kind, string what)
    {
        for (uint size = FirstSize; ;)
        {
            byte* list = (byte*)NativeMemory.Alloc(size);
            uint needed = 0;
            int status = Ntdll.NtQuerySystemInformation(kind, list, size, &needed);
            if (status == 0)
                return list;

            NativeMemory.Free(list);
            if (status != Ntdll.STATUS_INFO_LENGTH_MISMATCH)
                throw WindowsError.Failed("Listing", what, Ntdll.RtlNtStatusToDosError(status));

            // It may have become longer before the next look.
            size = checked(Math.Max(size, needed) * 2);
        }
    }
}
