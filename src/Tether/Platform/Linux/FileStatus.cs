using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary><c>struct statx</c> of statx(2): the same layout on every architecture, which <c>struct stat</c> has not.</summary>
[StructLayout(LayoutKind.Sequential, Size = 256)]
[SupportedOSPlatform("linux")]
internal struct FileStatus
{
    internal uint Mask;
    internal uint BlockSize;
    internal ulong Attributes;
    internal uint LinkCount;
    internal uint UserId;
    internal uint GroupId;
    internal ushort Mode;
    private readonly ushort _padding;
    internal ulong Inode;
    internal ulong Size;
    internal ulong Blocks;
    private readonly ulong _attributesMask;
    private readonly Times _times;
    internal uint SpecialMajor;
    internal uint SpecialMinor;
    internal uint DeviceMajor;
    internal uint DeviceMinor;

    /// <summary>The permission bits with set-user-ID, set-group-ID and sticky.</summary>
    internal readonly uint Permissions => Mode & 0xFFFu;

    internal readonly bool IsDirectory => (Mode & Libc.S_IFMT) == Libc.S_IFDIR;

    internal readonly bool IsSocket => (Mode & Libc.S_IFMT) == Libc.S_IFSOCK;

    internal readonly bool IsRegular => (Mode & Libc.S_IFMT) == Libc.S_IFREG;

    internal readonly bool IsFifo => (Mode & Libc.S_IFMT) == Libc.S_IFIFO;

    internal readonly bool IsCharacterDevice => (Mode & Libc.S_IFMT) == Libc.S_IFCHR;

    internal readonly bool IsDevice => IsCharacterDevice || (Mode & Libc.S_IFMT) == Libc.S_IFBLK;

    /// <summary>Four times of 16 bytes each, which nobody here needs.</summary>
    [InlineArray(8)]
    private struct Times
    {
        private ulong _part;
    }
}
