using Tether.Protocol;

namespace Tether.Fuzz;

/// <summary>The frames that are mutated: the golden ones of test/Tether.Tests/Protocol, in both directions, and the hello.</summary>
internal static class Corpus
{
    internal static readonly byte[] Hello = Frame.Create(FrameType.Hello, """{"magic":"tether","minimumVersion":1,"maximumVersion":1,"client":"example","features":null}"""u8);

    internal static readonly byte[][] Frames =
    [
        Hello,
        Frame.Create(FrameType.Input, "hi\n"u8),
        Frame.Create(FrameType.CloseInput, []),
        Payloads.StreamOffset(FrameType.WaitOutput, OutputStream.StandardOutput, 3),
        Payloads.StreamOffset(FrameType.Consumed, OutputStream.StandardError, 0x0102030405060708),
        Frame.Create(FrameType.Signal, """{"id":1,"signal":28,"tree":false}"""u8),
        Frame.Create(FrameType.Stop, """{"id":3,"graceMilliseconds":1000}"""u8),
        Frame.Create(FrameType.Acknowledge, [1]),
        Payloads.Position(FrameType.InputClosed, 3),
        Frame.Create(FrameType.Start, new byte[40]),
        Frame.Create(FrameType.Welcome, """{"magic":"tether","version":1,"keeper":"0.1.0","features":["journal-files"],"maximumPayload":65536,"inputCredit":262144,"inputPosition":0,"inputOpen":true,"exit":null}"""u8),
        Frame.Create(FrameType.Exited, """{"code":143,"signal":"SIGTERM","signalNumber":15,"coreDumped":false,"time":"2026-01-02T03:04:05.678+00:00","outputComplete":true}"""u8),
        Frame.Create(FrameType.Reply, """{"id":2,"error":"There is no signal 99.","errno":22}"""u8),
        Frame.Create(FrameType.Error, """{"code":"bad-magic","message":"No."}"""u8),
    ];

    /// <summary>Members that a mutated JSON object may get: unknown ones of a later version, and known ones of a wrong type or twice.</summary>
    internal static readonly string[] Members =
    [
        "\"later\":[{\"a\":[1,2,{}]}],", "\"id\":7,", "\"x\":null,", "\"\\u0000\":\"\\ud83d\\ude00\",", "\"Tree\":true,", "\"features\":[\"a\",\"b\"],",
        "\"deep\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]],", "\"big\":123456789012345678901234567890,", "\"e\":1e300,",
    ];
}
