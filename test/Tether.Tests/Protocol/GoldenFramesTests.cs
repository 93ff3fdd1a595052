using System.Text;
using Tether.Protocol;
using Tether.Records;

namespace Tether.Tests.Protocol;

/// <summary>The bytes on the wire are a promise: those of version 1, and those that docs/protocol.md shows.</summary>
public sealed class GoldenFramesTests
{
    private static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    private static readonly ExitFile Exit = new() { Code = 143, Signal = "SIGTERM", SignalNumber = 15, Time = Time };

    /// <summary>Each frame with numbers for a payload: what Tether's own encoder makes of the documented example's values.</summary>
    public static TheoryData<string, byte[]> NumberFrames => new()
    {
        { "03000000 02 68690a", Frame.Create(FrameType.Input, "hi\n"u8) },
        { "00000000 03", Frame.Create(FrameType.CloseInput, []) },
        { "09000000 04 01 0300000000000000", Payloads.StreamOffset(FrameType.WaitOutput, OutputStream.StandardOutput, 3) },
        { "09000000 05 02 0807060504030201", Payloads.StreamOffset(FrameType.Consumed, OutputStream.StandardError, 0x0102030405060708) },
        { "01000000 08 01", Acknowledge(later: true) },
        { "01000000 08 00", Acknowledge(later: false) },
        { "10000000 81 0300000000000000 0200000000000000", InputAccepted(3, 2) },
        { "08000000 82 0300000000000000", Payloads.Position(FrameType.InputClosed, 3) },
        { "12000000 83 01 01 0000000000000000 0300000000000000", Output(OutputStream.StandardOutput, true, 0, 3) },
        { "12000000 83 02 00 0500000000000000 0900000000000000", Output(OutputStream.StandardError, false, 5, 9) },
    };

    /// <summary>Each frame with JSON for a payload. The names and their order are the promise; a reader must not need the order.</summary>
    public static TheoryData<byte, string, byte[]> JsonFrames => new()
    {
        { 1, """{"magic":"tether","minimumVersion":1,"maximumVersion":1,"client":"example","features":null}""", ProtocolJson.Frame(FrameType.Hello, new HelloMessage { Magic = "tether", MinimumVersion = 1, MaximumVersion = 1, Client = "example" }) },
        { 6, """{"id":1,"signal":28,"tree":false}""", ProtocolJson.Frame(FrameType.Signal, new SignalMessage { Id = 1, Signal = 28 }) },
        { 7, """{"id":3,"graceMilliseconds":1000}""", ProtocolJson.Frame(FrameType.Stop, new StopMessage { Id = 3, GraceMilliseconds = 1000 }) },
        { 128, """{"magic":"tether","version":1,"keeper":"0.1.0","features":["journal-files"],"maximumPayload":65536,"inputCredit":262144,"inputPosition":0,"inputOpen":true,"exit":null}""", ProtocolJson.Frame(FrameType.Welcome, Welcome()) },
        { 132, """{"code":143,"signal":"SIGTERM","signalNumber":15,"coreDumped":false,"time":"2026-01-02T03:04:05.678+00:00","outputComplete":true}""", ProtocolJson.Frame(FrameType.Exited, Exit) },
        { 133, """{"id":2,"error":"There is no signal 99.","errno":22}""", ProtocolJson.Frame(FrameType.Reply, new ReplyMessage { Id = 2, Error = "There is no signal 99.", Errno = 22 }) },
        { 134, """{"code":"bad-magic","message":"No."}""", ProtocolJson.Frame(FrameType.Error, new ErrorMessage { Code = "bad-magic", Message = "No." }) },
    };

    [Theory]
    [MemberData(nameof(NumberFrames))]
    public void Encoder_NumberFrame_MakesTheGoldenBytes(string golden, byte[] frame) =>
        Assert.Equal(golden.Replace(" ", ""), Convert.ToHexStringLower(frame));

    [Theory]
    [MemberData(nameof(JsonFrames))]
    public void Encoder_JsonFrame_MakesTheGoldenBytes(byte type, string golden, byte[] frame)
    {
        Assert.True(Frame.TryRead(frame, Frame.MaximumPayload, out FrameType actual, out ReadOnlySpan<byte> payload, out int length));
        Assert.Equal(frame.Length, length);
        Assert.Equal(type, (byte)actual);
        Assert.Equal(golden, Encoding.UTF8.GetString(payload));
    }

    [Fact]
    public void Decoder_NumberFrames_ReadsTheValuesBack()
    {
        Assert.Equal((OutputStream.StandardError, 0x0102030405060708), Payloads.ReadStreamOffset(Payload("02 0807060504030201")));
        Assert.Equal((3, 2), Payloads.ReadInputAccepted(Payload("0300000000000000 0200000000000000")));
        Assert.Equal(3, Payloads.ReadPosition(Payload("0300000000000000")));
        Assert.Equal((OutputStream.StandardError, false, 5, 9), Payloads.ReadOutput(Payload("02 00 0500000000000000 0900000000000000")));
    }

    [Fact]
    public void Decoder_LongerPayloadOfALaterVersion_ReadsWhatItKnows()
    {
        Assert.Equal((OutputStream.StandardOutput, 3), Payloads.ReadStreamOffset(Payload("01 0300000000000000 ffff")));
        Assert.Equal(3, Payloads.ReadPosition(Payload("0300000000000000 ff")));
        Assert.Equal(7, ProtocolJson.Read<SignalMessage>("""{"signal":9,"later":[{}],"id":7}"""u8).Id);
    }

    [Theory]
    [InlineData("01 03000000000000", "bad-payload")]
    [InlineData("03 0300000000000000", "bad-stream")]
    [InlineData("01 feffffffffffffff", "bad-offset")]
    public void Decoder_StreamOffsetThatCannotBe_IsRefusedByItsCode(string payload, string code) =>
        Assert.Equal(code, Assert.Throws<ProtocolException>(() => Payloads.ReadStreamOffset(Payload(payload))).Code);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"id":"one","signal":1}""")]
    public void Decoder_JsonThatIsNotTheMessage_IsRefusedByItsCode(string json) =>
        Assert.Equal("bad-json", Assert.Throws<ProtocolException>(() => ProtocolJson.Read<SignalMessage>(Encoding.UTF8.GetBytes(json))).Code);

    private static WelcomeMessage Welcome() => new()
    {
        Magic = Frame.Magic,
        Version = Frame.ProtocolVersion,
        Keeper = "0.1.0",
        Features = ["journal-files"],
        MaximumPayload = Frame.MaximumPayload,
        InputCredit = Frame.InputCredit,
        InputPosition = 0,
        InputOpen = true,
    };

    private static byte[] Acknowledge(bool later)
    {
        byte[] frame = new byte[Frame.HeaderSize + Payloads.AcknowledgeSize];
        Assert.Equal(frame.Length, Payloads.WriteAcknowledge(frame, later));
        return frame;
    }

    private static byte[] InputAccepted(long position, long credit)
    {
        byte[] frame = new byte[Frame.HeaderSize + Payloads.InputAcceptedSize];
        Payloads.WriteInputAccepted(frame, position, credit);
        return frame;
    }

    private static byte[] Output(OutputStream stream, bool isOpen, long start, long end)
    {
        byte[] frame = new byte[Frame.HeaderSize + Payloads.OutputSize];
        Payloads.WriteOutput(frame, stream, isOpen, start, end);
        return frame;
    }

    private static byte[] Payload(string hex) => Convert.FromHexString(hex.Replace(" ", ""));
}
