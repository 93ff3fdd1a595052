using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Linux;

/// <summary>epoll(7), level-triggered. The event structure is packed on x86-64 and naturally aligned elsewhere.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class Epoll : IDisposable
{
    private const int Maximum = 64;

    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private readonly SafeFileHandle _epoll;
    private readonly byte[] _events = new byte[Maximum * EventSize];

    internal Epoll()
    {
        _epoll = Libc.EpollCreate(Libc.O_CLOEXEC);
        if (_epoll.IsInvalid)
        {
            throw Errno.Failed("epoll_create1", "the event loop");
        }
    }

    internal void Add(SafeHandle file, uint events, ulong tag) => Control(Libc.EPOLL_CTL_ADD, file, events, tag);

    internal void Modify(SafeHandle file, uint events, ulong tag) => Control(Libc.EPOLL_CTL_MOD, file, events, tag);

    internal void Remove(SafeHandle file) => Control(Libc.EPOLL_CTL_DEL, file, 0, 0);

    /// <summary>Waits. Returns how many events there are, 0 when the time is over.</summary>
    internal int Wait(int milliseconds)
    {
        fixed (byte* events = _events)
        {
            int count = Libc.EpollWait(_epoll, events, Maximum, milliseconds);
            if (count < 0 && Errno.Last() != Errno.EINTR)
            {
                throw Errno.Failed("epoll_wait", "the event loop");
            }

            return Math.Max(count, 0);
        }
    }

    /// <summary>Waits for one event, which several threads may do. False when the time is over.</summary>
    internal bool TryTake(int milliseconds, out uint events, out ulong tag)
    {
        Span<byte> slot = stackalloc byte[16];
        fixed (byte* start = slot)
        {
            int count = Libc.EpollWait(_epoll, start, 1, milliseconds);
            if (count < 0 && Errno.Last() != Errno.EINTR)
                throw Errno.Failed("epoll_wait", "the sockets");

            (events, tag) = count > 0 ? Read(slot) : default;
            return count > 0;
        }
    }

    internal (uint Events, ulong Tag) Event(int index) => Read(_events.AsSpan(index * EventSize, EventSize));

    public void Dispose() => _epoll.Dispose();

    private static (uint Events, ulong Tag) Read(ReadOnlySpan<byte> slot) =>
        (MemoryMarshal.Read<uint>(slot), MemoryMarshal.Read<ulong>(slot[(EventSize - 8)..]));

    private void Control(int operation, SafeHandle file, uint events, ulong tag)
    {
        Span<byte> slot = stackalloc byte[16];
        slot.Clear();
        MemoryMarshal.Write(slot, events);
        MemoryMarshal.Write(slot[(EventSize - 8)..], tag);
        fixed (byte* registration = slot)
        {
            if (Libc.EpollControl(_epoll, operation, file, registration) != 0)
            {
                throw Errno.Failed("epoll_ctl", "the event loop");
            }
        }
    }
}
