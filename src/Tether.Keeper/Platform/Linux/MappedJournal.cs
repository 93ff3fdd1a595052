using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Platform.Linux;

namespace Tether.Keeper.Platform.Linux;

/// <summary>
/// One stream's journal file, mapped while much goes through it, so that a piece goes from the pipe to its place with one copy in place of two.
/// Only system calls touch it: where the file was cut short, they fail with EFAULT, and no SIGBUS is raised.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class MappedJournal(SafeFileHandle file) : IDisposable
{
    private byte* _start;
    private long _length;

    internal SafeFileHandle File { get; } = file;

    /// <summary>Where the place is; null when the file cannot be mapped: then there is the way with two copies.</summary>
    internal byte* At(long place, long capacity)
    {
        if (_length != capacity)
        {
            Dispose();
            _length = capacity;
            nint mapped = Libc.MapMemory(0, (nint)capacity, Libc.PROT_READ | Libc.PROT_WRITE, Libc.MAP_SHARED, File, 0);
            _start = mapped == Libc.MAP_FAILED ? null : (byte*)mapped;
        }

        return _start is null ? null : _start + place;
    }

    /// <summary>Gives the mapping back, and with it what it counts as the keeper's memory. The next use makes another.</summary>
    public void Dispose()
    {
        if (_start is not null)
        {
            _ = Libc.UnmapMemory((nint)_start, (nint)_length);
        }

        _start = null;
        _length = 0;
    }
}
