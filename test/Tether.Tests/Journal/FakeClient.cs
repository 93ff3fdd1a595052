using Tether.Keeper;
using Tether.Protocol;

namespace Tether.Tests.Journal;

/// <summary>A client without a socket: it keeps the frames that it was sent.</summary>
internal sealed class FakeClient : KeeperClient
{
    private readonly List<(FrameType Type, byte[] Payload)> _frames = [];

    internal override bool HasUnsent => false;

    internal override void Send(ReadOnlySpan<byte> frame)
    {
        do
        {
            Assert.True(Frame.TryRead(frame, Frame.MaximumPayload, out FrameType type, out ReadOnlySpan<byte> payload, out int length));
            _frames.Add((type, payload.ToArray()));
            frame = frame[length..];
        }
        while (!frame.IsEmpty);
    }

    /// <summary>The frames since the last call.</summary>
    internal List<FrameType> Take() => [.. TakeFrames().Select(frame => frame.Type)];

    internal List<(FrameType Type, byte[] Payload)> TakeFrames()
    {
        List<(FrameType, byte[])> frames = [.. _frames];
        _frames.Clear();
        return frames;
    }
}
