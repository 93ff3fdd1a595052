using System.Buffers.Binary;
using Tether.Protocol;

namespace Tether.Tests.Protocol;

/// <summary>The bounds of a frame's length.</summary>
public sealed class FrameReadingTests
{
    [Theory]
    [InlineData(Frame.MaximumPayload + 1u)]
    [InlineData(0x7FFF_FFFFu)]
    [InlineData(0x8000_0000u)]
    [InlineData(0xFFFF_FFFFu)]
    public void TryRead_LengthAboveTheLimit_IsRefusedFromTheHeaderAloneWithoutAllocatingForIt(uint length)
    {
        byte[] header = new byte[Frame.HeaderSize];
        BinaryPrimitives.WriteUInt32LittleEndian(header, length);

        long before = GC.GetAllocatedBytesForCurrentThread();
        ProtocolException? refused = null;
        try
        {
            Frame.TryRead(header, Frame.MaximumPayload, out _, out _, out _);
        }
        catch (ProtocolException error)
        {
            refused = error;
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal("frame-too-large", refused?.Code);
        Assert.Equal($"A frame of {length} bytes was announced; the limit is {Frame.MaximumPayload}.", refused!.Message);
        Assert.InRange(allocated, 0, Frame.MaximumPayload);
    }

    [Fact]
    public void TryRead_LargestFrame_IsTaken()
    {
        byte[] frame = Frame.Create(FrameType.Input, new byte[Frame.MaximumPayload]);

        Assert.False(Frame.TryRead(frame.AsSpan(0, frame.Length - 1), Frame.MaximumPayload, out _, out _, out _));
        Assert.True(Frame.TryRead(frame, Frame.MaximumPayload, out FrameType type, out ReadOnlySpan<byte> payload, out int length));
        Assert.Equal((FrameType.Input, Frame.MaximumPayload, frame.Length), (type, payload.Length, length));
    }
}
