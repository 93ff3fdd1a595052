using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using Tether.Protocol;
using Check = FsCheck.Check;
using Config = FsCheck.Config;

namespace Tether.Tests.Protocol;

/// <summary>Frames out of a stream of bytes, whatever pieces it comes in and whoever wrote it.</summary>
public sealed class FrameReadingPropertyTests
{
    private const int Limit = 40;

    private static readonly Config Seeded = Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20260102, 3);

    [Fact]
    public void TryRead_AnySplitOfTheBytes_GivesTheSameFrames()
    {
        Arbitrary<(byte[][] Payloads, int[] Cuts)> streams = (
            from payloads in Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf().Where(payload => payload.Length <= Limit).ArrayOf()
            from cuts in Gen.Choose(1, 17).ArrayOf()
            select (payloads, cuts)).ToArbitrary();

        Check.One(Seeded, Prop.ForAll(streams, sample =>
        {
            byte[] bytes = [.. sample.Payloads.SelectMany((payload, i) => Frame.Create((FrameType)i, payload))];
            List<(byte Type, string Payload)> expected = [.. sample.Payloads.Select((payload, i) => ((byte)i, Convert.ToHexString(payload)))];
            Assert.Equal(expected, ReadInPieces(bytes, sample.Cuts));
        }));
    }

    [Fact]
    public void TryRead_AnyBytes_EitherWaitsOrTakesAWholeFrameOrRefuses()
    {
        Arbitrary<byte[]> anything = Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf().ToArbitrary();

        Check.One(Seeded, Prop.ForAll(anything, bytes =>
        {
            bool tooLarge = bytes.Length >= Frame.HeaderSize && BinaryPrimitives.ReadUInt32LittleEndian(bytes) > Limit;
            try
            {
                bool read = Frame.TryRead(bytes, Limit, out _, out ReadOnlySpan<byte> payload, out int length);
                Assert.False(tooLarge);
                Assert.Equal(read ? Frame.HeaderSize + payload.Length : 0, length);
                Assert.True(length <= bytes.Length);
            }
            catch (ProtocolException error)
            {
                Assert.True(tooLarge);
                Assert.Equal("frame-too-large", error.Code);
            }
        }));
    }

    /// <summary>As a receiver does: what is left of one piece stands before the next.</summary>
    private static List<(byte Type, string Payload)> ReadInPieces(byte[] bytes, int[] cuts)
    {
        List<(byte, string)> frames = [];
        byte[] held = [];
        int piece = 0;
        for (int taken = 0; taken < bytes.Length;)
        {
            int length = Math.Min(bytes.Length - taken, cuts.Length == 0 ? bytes.Length : cuts[piece++ % cuts.Length]);
            held = [.. held, .. bytes.AsSpan(taken, length)];
            taken += length;
            while (Frame.TryRead(held, Limit, out FrameType type, out ReadOnlySpan<byte> payload, out int frameLength))
            {
                frames.Add(((byte)type, Convert.ToHexString(payload)));
                held = held[frameLength..];
            }
        }

        Assert.Empty(held);
        return frames;
    }
}
