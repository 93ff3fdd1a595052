using System.Text;
using System.Text.RegularExpressions;
using Tether.Protocol;
using Tether.Records;

namespace Tether.Tests.Protocol;

/// <summary>docs/protocol.md is what clients in other languages are written from, so what it says is tested against the code.</summary>
public sealed class DocumentationTests
{
    // Both sessions say hello: the same frame is one case.
    public static TheoryData<string> Sent => [.. DocumentedFrames.Sent()
        .Where(piece => !IsStranger(piece.Bytes))
        .Select(piece => (piece.ToKeeper ? "→" : "←") + Convert.ToHexStringLower(piece.Bytes))
        .Distinct()];

    [Fact]
    public void Sessions_BothOfThem_AreThere()
    {
        Assert.True(DocumentedFrames.Sent().Count(piece => piece.ToKeeper) >= 9);
        Assert.True(DocumentedFrames.Sent().Count(piece => !piece.ToKeeper) >= 12);
    }

    [Theory]
    [MemberData(nameof(Sent))]
    public void Frame_OfAWorkedSession_IsWhatTheEncoderMakesOfWhatTheDecoderReads(string sent)
    {
        byte[] bytes = Convert.FromHexString(sent[1..]);
        Assert.True(Frame.TryRead(bytes, Frame.MaximumPayload, out FrameType type, out ReadOnlySpan<byte> payload, out int length));
        Assert.Equal(bytes.Length, length);
        Assert.Equal(sent[0] == '→', (byte)type < 128);
        Assert.Equal(Convert.ToHexStringLower(bytes), Convert.ToHexStringLower(Again(type, payload)));
    }

    [Fact]
    public void Stranger_OfTheWorkedSession_IsRefusedWithTheDocumentedError()
    {
        byte[] stranger = Assert.Single(DocumentedFrames.Sent(), piece => IsStranger(piece.Bytes)).Bytes;

        var error = Assert.Throws<ProtocolException>(() => { Frame.TryRead(stranger, Frame.MaximumPayload, out _, out _, out _); });

        byte[] answer = ProtocolJson.Frame(FrameType.Error, new ErrorMessage { Code = error.Code, Message = error.Message });
        Assert.Contains(DocumentedFrames.Sent(), piece => piece.Bytes.AsSpan().SequenceEqual(answer));
    }

    [Fact]
    public void FramesTable_EveryFrameType_IsListedWithItsNumber()
    {
        string[] listed = [.. Regex.Matches(DocumentedFrames.Page, @"^\| (\d+) \| `(\w+)` \|", RegexOptions.Multiline).Select(row => $"{row.Groups[2]} = {row.Groups[1]}")];

        Assert.Equal(Enum.GetValues<FrameType>().Select(type => $"{type} = {(byte)type}").Order(), listed.Order());
    }

    [Fact]
    public void Limits_OfTheCode_AreInTheTable()
    {
        Assert.Contains($"| {Frame.MaximumPayload:#,0} bytes |", DocumentedFrames.Page);
        Assert.Contains($"| {Frame.InputCredit:#,0} bytes |", DocumentedFrames.Page);
        Assert.Contains($"| {Frame.MaximumQueuedInput:#,0} bytes |", DocumentedFrames.Page);
        Assert.Contains($"| 1 to {RecordName.MaximumLength} characters |", DocumentedFrames.Page);
    }

    [Fact]
    public void RecordTable_EveryFile_IsListed()
    {
        foreach (string file in (string[])[RecordPaths.Record, RecordPaths.Exit, RecordPaths.Socket, RecordPaths.Positions, RecordPaths.StandardOutputLog, RecordPaths.StandardErrorLog, RecordPaths.OrderLog, RecordPaths.StandardInputFifo, RecordPaths.StandardOutputFifo, RecordPaths.StandardErrorFifo])
        {
            Assert.Contains($"`{file}`", DocumentedFrames.Page);
        }
    }

    private static bool IsStranger(byte[] bytes) => bytes.AsSpan().StartsWith("GET "u8);

    private static byte[] Again(FrameType type, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case FrameType.Hello:
                // The example leaves "features" out, which Tether writes as null.
                HelloMessage hello = ProtocolJson.Read<HelloMessage>(payload);
                return Frame.Create(type, Encoding.UTF8.GetBytes($$"""{"magic":"{{hello.Magic}}","minimumVersion":{{hello.MinimumVersion}},"maximumVersion":{{hello.MaximumVersion}},"client":"{{hello.Client}}"}"""));
            case FrameType.WaitOutput or FrameType.Consumed:
                var (stream, offset) = Payloads.ReadStreamOffset(payload);
                return Payloads.StreamOffset(type, stream, offset);
            case FrameType.InputAccepted:
                var (position, credit) = Payloads.ReadInputAccepted(payload);
                byte[] accepted = new byte[Frame.HeaderSize + Payloads.InputAcceptedSize];
                Payloads.WriteInputAccepted(accepted, position, credit);
                return accepted;
            case FrameType.InputClosed:
                return Payloads.Position(type, Payloads.ReadPosition(payload));
            case FrameType.Output:
                var output = Payloads.ReadOutput(payload);
                byte[] ring = new byte[Frame.HeaderSize + Payloads.OutputSize];
                Payloads.WriteOutput(ring, output.Stream, output.IsOpen, output.Start, output.End);
                return ring;
            case FrameType.Signal:
                return Again<SignalMessage>(type, payload);
            case FrameType.Stop:
                return Again<StopMessage>(type, payload);
            case FrameType.Welcome:
                return Again<WelcomeMessage>(type, payload);
            case FrameType.Exited:
                return Again<ExitFile>(type, payload);
            case FrameType.Reply:
                return Again<ReplyMessage>(type, payload);
            case FrameType.Error:
                return Again<ErrorMessage>(type, payload);
            default:
                return Frame.Create(type, payload);
        }
    }

    private static byte[] Again<T>(FrameType type, ReadOnlySpan<byte> payload)
        where T : class, IJsonObject<T> => ProtocolJson.Frame(type, ProtocolJson.Read<T>(payload));
}
