using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Tether.Platform.Linux;
using Tether.Protocol;

namespace Tether.Keeper.Platform.Linux;

/// <summary>
/// The start of a frame whose rest is still to come. It stays where it is and what comes is received behind it, as moving it with each
/// receipt would copy most of a client's input twice. Its place is made when a frame comes in parts for the first time, and kept for the next.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class UnfinishedFrame : IDisposable
{
    private byte* _start;
    private int _filled;

    internal bool IsEmpty => _filled == 0;

    internal ReadOnlySpan<byte> Bytes => new(_start, _filled);

    /// <summary>How many bytes it is known to lack; those behind a header that is not there yet are not counted.</summary>
    private int Missing =>
        (_filled < Frame.HeaderSize ? Frame.HeaderSize : Frame.HeaderSize + BinaryPrimitives.ReadInt32LittleEndian(Bytes)) - _filled;

    /// <summary>
    /// Receives what it lacks, and what stands behind that into <paramref name="buffer"/>: how much that is, is
    /// <paramref name="behind"/>. Returns what recvmsg(2) does.
    /// </summary>
    internal nint Receive(SafeHandle socket, byte* buffer, int length, out int behind)
    {
        Libc.Vector* vectors = stackalloc Libc.Vector[2];
        int missing = Missing;
        vectors[0] = new Libc.Vector { Start = _start + _filled, Length = (nuint)missing };
        vectors[1] = new Libc.Vector { Start = buffer, Length = (nuint)length };
        Libc.Message message = new() { Vectors = vectors, VectorCount = 2 };
        nint received = Libc.ReceiveMessage(socket, &message, Libc.MSG_DONTWAIT);
        behind = Math.Max((int)received - missing, 0);
        _filled += Math.Max((int)received - behind, 0);
        return received;
    }

    /// <summary>Adds what it still lacks of <paramref name="bytes"/>, or all of them when it is empty. Returns how many it took.</summary>
    /// <exception cref="ProtocolException">The frame is larger than a client's may be.</exception>
    internal int Add(ReadOnlySpan<byte> bytes)
    {
        if (_start is null && !bytes.IsEmpty)
        {
            _start = (byte*)NativeMemory.Alloc(Frame.HeaderSize + Frame.MaximumPayload);
        }

        int taken = 0;
        while (taken < bytes.Length && !IsWhole(out _, out _))
        {
            ReadOnlySpan<byte> next = bytes.Slice(taken, Math.Min(bytes.Length - taken, Missing));
            next.CopyTo(new Span<byte>(_start + _filled, next.Length));
            _filled += next.Length;
            taken += next.Length;
        }

        return taken;
    }

    /// <exception cref="ProtocolException">The frame is larger than a client's may be.</exception>
    internal bool IsWhole(out FrameType type, out ReadOnlySpan<byte> payload) =>
        Frame.TryRead(Bytes, Frame.MaximumPayload, out type, out payload, out _);

    internal void Clear() => _filled = 0;

    public void Dispose()
    {
        NativeMemory.Free(_start);
        _start = null;
        _filled = 0;
    }
}
