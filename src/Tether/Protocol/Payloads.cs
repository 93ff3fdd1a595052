using System.Buffers.Binary;

namespace Tether.Protocol;

/// <summary>The payloads that are numbers: little-endian, at fixed places.</summary>
internal static class Payloads
{
    internal const int StreamOffsetSize = 9;
    internal const int OutputSize = 18;
    internal const int InputAcceptedSize = 16;
    internal const int AcknowledgeSize = 1;

    internal static byte[] StreamOffset(FrameType type, OutputStream stream, long offset)
    {
        byte[] frame = new byte[Frame.HeaderSize + StreamOffsetSize];
        WriteStreamOffset(frame, type, stream, offset);
        return frame;
    }

    internal static (OutputStream Stream, long Offset) ReadStreamOffset(ReadOnlySpan<byte> payload, bool allowNoReader = false)
    {
        RequireSize(payload, StreamOffsetSize);
        OutputStream stream = ReadStream(payload[0]);
        long offset = BinaryPrimitives.ReadInt64LittleEndian(payload[1..]);
        return offset >= (allowNoReader ? Client.ReaderOffsets.NoReader : 0) ? (stream, offset) : throw new ProtocolException("bad-offset", $"The offset {offset} is negative.");
    }

    /// <summary>Writes a whole frame and returns its length.</summary>
    internal static int WriteStreamOffset(Span<byte> frame, FrameType type, OutputStream stream, long offset)
    {
        Frame.WriteHeader(frame, type, StreamOffsetSize);
        frame[5] = (byte)stream;
        BinaryPrimitives.WriteInt64LittleEndian(frame[6..], offset);
        return Frame.HeaderSize + StreamOffsetSize;
    }

    /// <summary>Writes a whole frame and returns its length.</summary>
    internal static int WriteAcknowledge(Span<byte> frame, bool later)
    {
        Frame.WriteHeader(frame, FrameType.Acknowledge, AcknowledgeSize);
        frame[5] = later ? (byte)1 : (byte)0;
        return Frame.HeaderSize + AcknowledgeSize;
    }

    internal static bool ReadAcknowledge(ReadOnlySpan<byte> payload)
    {
        RequireSize(payload, AcknowledgeSize);
        return payload[0] != 0;
    }

    internal static void WriteOutput(Span<byte> frame, OutputStream stream, bool isOpen, long start, long end)
    {
        Frame.WriteHeader(frame, FrameType.Output, OutputSize);
        frame[5] = (byte)stream;
        frame[6] = isOpen ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64LittleEndian(frame[7..], start);
        BinaryPrimitives.WriteInt64LittleEndian(frame[15..], end);
    }

    internal static (OutputStream Stream, bool IsOpen, long Start, long End) ReadOutput(ReadOnlySpan<byte> payload)
    {
        RequireSize(payload, OutputSize);
        return (ReadStream(payload[0]), (payload[1] & 1) != 0, BinaryPrimitives.ReadInt64LittleEndian(payload[2..]), BinaryPrimitives.ReadInt64LittleEndian(payload[10..]));
    }

    internal static void WriteInputAccepted(Span<byte> frame, long position, long credit)
    {
        Frame.WriteHeader(frame, FrameType.InputAccepted, InputAcceptedSize);
        BinaryPrimitives.WriteInt64LittleEndian(frame[5..], position);
        BinaryPrimitives.WriteInt64LittleEndian(frame[13..], credit);
    }

    internal static (long Position, long Credit) ReadInputAccepted(ReadOnlySpan<byte> payload)
    {
        RequireSize(payload, InputAcceptedSize);
        return (BinaryPrimitives.ReadInt64LittleEndian(payload), BinaryPrimitives.ReadInt64LittleEndian(payload[8..]));
    }

    internal static byte[] Position(FrameType type, long position)
    {
        byte[] frame = new byte[Frame.HeaderSize + 8];
        Frame.WriteHeader(frame, type, 8);
        BinaryPrimitives.WriteInt64LittleEndian(frame.AsSpan(5), position);
        return frame;
    }

    internal static long ReadPosition(ReadOnlySpan<byte> payload)
    {
        RequireSize(payload, 8);
        return BinaryPrimitives.ReadInt64LittleEndian(payload);
    }

    private static OutputStream ReadStream(byte value) =>
        value is 1 or 2 ? (OutputStream)value : throw new ProtocolException("bad-stream", $"There is no stream {value}; 1 is stdout, 2 is stderr.");

    // A longer payload is one of a later version, whose additions stand at its end.
    private static void RequireSize(ReadOnlySpan<byte> payload, int size)
    {
        if (payload.Length < size)
        {
            throw new ProtocolException("bad-payload", $"A payload of {payload.Length} bytes is too short; {size} are needed.");
        }
    }
}
