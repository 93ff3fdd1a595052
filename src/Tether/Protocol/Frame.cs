using System.Buffers.Binary;

namespace Tether.Protocol;

/// <summary>
/// A frame is a 32-bit little-endian length, a type byte and that many bytes of payload. The length counts the payload only, and is
/// checked against the limit before anything is allocated for it.
/// </summary>
internal static class Frame
{
    internal const int HeaderSize = 5;

    /// <summary>The largest payload on an endpoint, in bytes: the largest piece of input that one frame carries.</summary>
    internal const int MaximumPayload = 64 * 1024;

    /// <summary>The largest start request, in bytes: more than the 6 MiB that execve(2) ever takes for arguments and environment.</summary>
    internal const int MaximumStartRequest = 16 * 1024 * 1024;

    /// <summary>How many input bytes a client may have sent that are not yet acknowledged.</summary>
    internal const int InputCredit = 256 * 1024;

    /// <summary>How many bytes of input the keeper may have taken from a client that is acknowledged later, without telling it.</summary>
    internal const int LargestDebt = 128 * 1024;

    /// <summary>How many bytes of input, of all clients and of those that are gone, may wait for the program to read.</summary>
    internal const int MaximumQueuedInput = 16 * 1024 * 1024;

    internal const int ProtocolVersion = 1;

    internal const string Magic = "tether";

    internal static void WriteHeader(Span<byte> header, FrameType type, int payloadLength)
    {
        BinaryPrimitives.WriteInt32LittleEndian(header, payloadLength);
        header[4] = (byte)type;
    }

    /// <summary>A whole frame around <paramref name="payload"/>.</summary>
    internal static byte[] Create(FrameType type, ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[HeaderSize + payload.Length];
        WriteHeader(frame, type, payload.Length);
        payload.CopyTo(frame.AsSpan(HeaderSize));
        return frame;
    }

    /// <summary>
    /// Takes the first frame of <paramref name="bytes"/>. False when it is not all there yet.
    /// </summary>
    /// <exception cref="ProtocolException">The length is above <paramref name="maximumPayload"/>.</exception>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, int maximumPayload, out FrameType type, out ReadOnlySpan<byte> payload, out int frameLength)
    {
        type = default;
        payload = default;
        frameLength = 0;
        if (bytes.Length < HeaderSize)
        {
            return false;
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (length > (uint)maximumPayload)
        {
            throw new ProtocolException("frame-too-large", $"A frame of {length} bytes was announced; the limit is {maximumPayload}.");
        }

        type = (FrameType)bytes[4];
        if (bytes.Length - HeaderSize < length)
        {
            return false;
        }

        payload = bytes.Slice(HeaderSize, (int)length);
        frameLength = HeaderSize + (int)length;
        return true;
    }
}
