using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Platform.Windows;

namespace Tether.Keeper.Platform.Windows;

/// <summary>
/// Where everything that happens to a keeper arrives, in one queue for its one thread: the ends of reads, writes and connects, and what
/// other
/// threads and the job post by a key.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe class CompletionPort : IDisposable
{
    /// <summary>The key of pipes' operations; the operation itself says the rest.</summary>
    internal const nuint OperationKey = 0;

    private const int MostAtOnce = 64;

    private readonly SafeFileHandle _port;
    private readonly Kernel32.CompletionEntry* _entries =
        (Kernel32.CompletionEntry*)NativeMemory.AllocZeroed(MostAtOnce, (nuint)sizeof(Kernel32.CompletionEntry));

    internal CompletionPort()
    {
        nint port = Kernel32.CreateIoCompletionPort(-1, 0, 0, 1);
        _port = port != 0
            ? new SafeFileHandle(port, ownsHandle: true)
            : throw WindowsError.Failed("Making", "a completion port", WindowsError.Last());
    }

    internal nint Handle => _port.DangerousGetHandle();

    /// <summary>From here on all of the pipe's operations end here.</summary>
    internal void Associate(SafePipeHandle pipe)
    {
        if (Kernel32.CreateIoCompletionPort(pipe.DangerousGetHandle(), Handle, OperationKey, 0) == 0)
        {
            throw WindowsError.Failed("Watching", "a pipe", WindowsError.Last());
        }
    }

    /// <summary>Wakes the keeper's thread. From any thread.</summary>
    internal void Post(nuint key) => Post(key, null);

    internal void Post(nuint key, NativeOverlapped* overlapped)
    {
        if (!Kernel32.PostQueuedCompletionStatus(_port, 0, key, overlapped))
        {
            throw WindowsError.Failed("Posting to", "the completion port", WindowsError.Last());
        }
    }

    /// <summary>Waits until something has happened. Returns how much did; 0 when the time ran out.</summary>
    internal int Wait(int milliseconds)
    {
        uint count;
        if (Kernel32.GetQueuedCompletionStatusEx(_port, _entries, MostAtOnce, &count, unchecked((uint)milliseconds), false))
        {
            return (int)count;
        }

        int error = WindowsError.Last();
        return error == WindowsError.WaitTimeout ? 0 : throw WindowsError.Failed("Waiting at", "the completion port", error);
    }

    internal Kernel32.CompletionEntry Entry(int index) => _entries[index];

    public void Dispose()
    {
        _port.Dispose();
        NativeMemory.Free(_entries);
    }
}
