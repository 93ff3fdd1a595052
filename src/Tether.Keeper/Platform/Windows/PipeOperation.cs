using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Platform.Windows;

namespace Tether.Keeper.Platform.Windows;

/// <summary>
/// One read, write or connect of a pipe at a time, used again and again. However it ends, also at once, it is told through the completion
/// port and never from within the call that began it. It lives until then, whatever became of its owner and of the pipe.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe class PipeOperation
{
    private readonly CompletionPort _port;
    private readonly Action<int, int> _ended;
    private readonly Block* _block = (Block*)NativeMemory.AllocZeroed((nuint)sizeof(Block));
    private int _ownError;
    private bool _isAbandoned;

    /// <param name="port">Where the pipe is associated with.</param>
    /// <param name="size">How many bytes can be read or written at once.</param>
    /// <param name="ended">Is told the error, 0 for none, and how many bytes there were.</param>
    internal PipeOperation(CompletionPort port, int size, Action<int, int> ended)
    {
        _port = port;
        _ended = ended;
        Buffer = size == 0 ? [] : GC.AllocateUninitializedArray<byte>(size, pinned: true);
        _block->Owner = GCHandle.ToIntPtr(GCHandle.Alloc(this));
    }

    /// <summary>Not to be touched while the operation is pending.</summary>
    internal byte[] Buffer { get; private set; }

    internal bool IsPending { get; private set; }

    /// <summary>The operation of an entry of the port.</summary>
    internal static PipeOperation Of(NativeOverlapped* overlapped) =>
        (PipeOperation)GCHandle.FromIntPtr(((Block*)overlapped)->Owner).Target!;

    internal void Grow(int size) => Buffer = GC.AllocateUninitializedArray<byte>(size, pinned: true);

    internal void Read(SafePipeHandle pipe, int size) =>
        Begin(Kernel32.ReadFile(pipe, Address(0), (uint)Math.Min(size, Buffer.Length), null, Prepare()));

    internal void Write(SafePipeHandle pipe, int size) => Begin(Kernel32.WriteFile(pipe, Address(0), (uint)size, null, Prepare()));

    internal void Connect(SafePipeHandle pipe) => Begin(Kernel32.ConnectNamedPipe(pipe, Prepare()));

    /// <summary>The port has the end of it.</summary>
    internal void End(int bytes)
    {
        IsPending = false;
        if (_isAbandoned)
        {
            Free();
            return;
        }

        int status = (int)_block->Overlapped.InternalLow;
        int error = _ownError != 0 ? _ownError : status == 0 ? 0 : Kernel32.RtlNtStatusToDosError(status);
        _ended(error, error == 0 || error == WindowsError.MoreData ? bytes : 0);
    }

    /// <summary>Nobody is told its end any more. The caller cancels it, or closes the pipe.</summary>
    internal void Abandon()
    {
        if (_isAbandoned)
        {
            return;
        }

        _isAbandoned = true;
        if (!IsPending)
        {
            Free();
        }
    }

    private byte* Address(int index) => Buffer.Length == 0 ? null : (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(Buffer, index);

    private NativeOverlapped* Prepare()
    {
        _block->Overlapped = default;
        _ownError = 0;
        IsPending = true;
        return &_block->Overlapped;
    }

    private void Begin(bool hasEnded)
    {
        if (!hasEnded && WindowsError.Last() is not WindowsError.IoPending and var error)
        {
            // The port is told only of what has begun.
            _ownError = error;
            _port.Post(CompletionPort.OperationKey, &_block->Overlapped);
        }
    }

    private void Free()
    {
        GCHandle.FromIntPtr(_block->Owner).Free();
        NativeMemory.Free(_block);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Block
    {
        internal NativeOverlapped Overlapped;
        internal nint Owner;
    }
}
