using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary>Whether descriptors of two processes are one open file, as after an inheritance, or two of the same file.</summary>
[SupportedOSPlatform("linux")]
internal static class OpenFiles
{
    /// <summary>Null when the kernel does not tell (kcmp(2): no permission, or built without it).</summary>
    internal static bool? AreOne(ProcDescriptor one, ProcDescriptor other)
    {
        nint order = Libc.Syscall(Libc.SYS_kcmp, one.ProcessId, other.ProcessId, Libc.KCMP_FILE, one.Number, other.Number);
        return order < 0 ? null : order == 0;
    }

    /// <summary>What can be said without the kernel's word: the same file, position and flags.</summary>
    internal static bool AreAlike(ProcDescriptor one, ProcDescriptor other)
    {
        // Close-on-exec is the descriptor's and not the open file's.
        return one.ReadInfo() is { } a && other.ReadInfo() is { } b
            && a.Position == b.Position && ((a.Flags ^ b.Flags) & ~Libc.O_CLOEXEC) == 0;
    }

    internal static bool AreSameFile(FileStatus one, FileStatus other) =>
        one.Inode == other.Inode && one.DeviceMajor == other.DeviceMajor && one.DeviceMinor == other.DeviceMinor;
}
