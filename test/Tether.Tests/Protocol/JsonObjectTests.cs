using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tether.Protocol;
using Tether.Records;

namespace Tether.Tests.Protocol;

/// <summary>What we write and read by hand is what .NET's serializer writes and reads.</summary>
public sealed class JsonObjectTests
{
    private static readonly DateTimeOffset Time = new(2026, 11, 25, 1, 2, 3, 456, TimeSpan.Zero);

    private static readonly ExitFile Exit = new() { Code = 137, Signal = "SIGKILL", SignalNumber = 9, CoreDumped = true, Time = Time, OutputComplete = false };

    /// <summary>What a value may be replaced by.</summary>
    private static readonly string[] Strangers =
    [
        "null", "true", "false", "0", "-1", "1.0", "1.5", "1e2", "2147483648", "-2147483649", "9223372036854775807", "9223372036854775808", "1e400", "01", "\"\"",
        "\"text\"", "\"12\"", "\"2026-01-02T03:04:05Z\"", "\"2026-01-02\"", "\"2026-13-02T03:04:05Z\"", "\"spill\"", "\"KEPT\"", "\"\\ud800\"", "\"\\ud83e\\udd8a\"",
        "\"\\u0000\"", "\"\n\"", "[]", "[1]", "[\"a\"]", "[\"a\",1]", "[[]]", "{}", "{\"kind\":\"Null\"}", "{\"code\":1}", "[", "\"", "", "nul", "/**/1", "{\"a\":[{\"b\":null}]}",
    ];

    public static TheoryData<string> Objects => [.. Samples().Select(sample => sample.Key)];

    [Theory]
    [MemberData(nameof(Objects))]
    public void Write_AnObject_IsWhatTheSerializerWrites(string name) => Samples()[name].Write();

    [Theory]
    [MemberData(nameof(Objects))]
    public void Read_WhatWasWritten_IsTheSame(string name) => Samples()[name].ReadBack();

    [Theory]
    [MemberData(nameof(Objects))]
    public void Read_AnObjectWithOtherMembers_IsWhatTheSerializerReads(string name) => Samples()[name].ReadVariations();

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"id":1,"signal":2}x""")]
    [InlineData("""{"id":1,"signal":2}{}""")]
    [InlineData("""{"id":1,"signal":2,}""")]
    [InlineData("""{"id":1,"signal":2""")]
    [InlineData("""{"id":1 "signal":2}""")]
    [InlineData("""{"id":1,"signal":2} """)]
    [InlineData("""{"id":1,"signal":2,"id":3}""")]
    [InlineData("""{"i\u0064":1,"\u0073ignal":2}""")]
    [InlineData("""{"ID":1,"signal":2}""")]
    [InlineData("""{"id":1,"signal":2,"":{},"$id":"1","$type":"x"}""")]
    [InlineData("""{"id":1,"signal":2 /* two */}""")]
    public void Read_JsonOfAnyForm_IsWhatTheSerializerReads(string json) => Same<SignalMessage>(Encoding.UTF8.GetBytes(json));

    [Theory]
    [InlineData(62)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(10_000)]
    public void Read_DeepMember_IsWhatTheSerializerReads(int depth) =>
        Same<SignalMessage>(Encoding.UTF8.GetBytes($$"""{"id":1,"signal":2,"later":{{new string('[', depth)}}{{new string(']', depth)}}}"""));

    [Fact]
    public void Read_TextThatIsNotUtf8_IsWhatTheSerializerReads()
    {
        Same<ErrorMessage>([.. "{\"code\":\""u8, 0xFF, .. "\",\"message\":\"\"}"u8]);
        Same<ErrorMessage>([.. "{\"code\":\"\",\"message\":\"\",\"later\":\""u8, 0xFF, .. "\"}"u8]);
    }

    /// <summary>The serializer takes these. What reads them would meet a null where there can be none.</summary>
    [Theory]
    [InlineData("[null]")]
    [InlineData("[\"a\",null]")]
    public void Read_ListWithANull_IsRefused(string list) =>
        Assert.Throws<JsonException>(() => JsonMembers.ReadWhole<HelloMessage>(Encoding.UTF8.GetBytes($$"""{"features":{{list}}}""")));

    [Fact]
    public void Write_EveryCharacter_IsEscapedAsTheSerializerDoes()
    {
        for (int start = 0; start <= 0x10FFFF; start += 0x1000)
        {
            StringBuilder text = new();
            for (int character = start; character < start + 0x1000; character++)
            {
                text.Append(character <= char.MaxValue ? ((char)character).ToString() : char.ConvertFromUtf32(character)).Append('-');
            }

            ErrorMessage message = new() { Code = text.ToString(), Message = "\uD800" };
            Assert.Equal(Serializer.Write(message), Bytes(message));
        }
    }

    [Fact]
    public void Words_OfEveryEnumeration_AreItsNames()
    {
        foreach (StartFailure reason in Enum.GetValues<StartFailure>())
        {
            Assert.Equal(reason.ToString(), JsonNode.Parse(Bytes(new StartFailedMessage { Reason = reason, Message = "" }))!["reason"]!.GetValue<string>());
        }

        foreach (ProcessStreamKind kind in Enum.GetValues<ProcessStreamKind>())
        {
            Assert.Equal(kind.ToString(), JsonNode.Parse(Bytes(new StreamFile { Kind = kind }))!["kind"]!.GetValue<string>());
        }

        foreach (ProcessLifetime lifetime in Enum.GetValues<ProcessLifetime>())
        {
            Assert.Equal(lifetime.ToString(), JsonNode.Parse(Bytes(Record(true) with { Lifetime = lifetime }))!["lifetime"]!.GetValue<string>());
        }

        foreach (WindowFullPolicy policy in Enum.GetValues<WindowFullPolicy>())
        {
            Assert.Equal(policy.ToString(), JsonNode.Parse(Bytes(Record(true) with { WhenFull = policy }))!["whenFull"]!.GetValue<string>());
        }
    }

    private static Dictionary<string, ISample> Samples() => new()
    {
        ["record, kept"] = new Sample<RecordFile>(Record(started: false)),
        ["record, started"] = new Sample<RecordFile>(Record(started: true)),
        ["exit"] = new Sample<ExitFile>(Exit),
        ["exit, unseen"] = new Sample<ExitFile>(ExitFile.Unknown(Time)),
        ["exit, of Windows"] = new Sample<ExitFile>(Exit with { Signal = null, SignalNumber = 0, StatusName = "access violation" }),
        ["hello"] = new Sample<HelloMessage>(new HelloMessage { Magic = "tether", MinimumVersion = 1, MaximumVersion = 2, Client = "ä", Features = ["a", "b"] }),
        ["hello, empty"] = new Sample<HelloMessage>(new HelloMessage()),
        ["welcome"] = new Sample<WelcomeMessage>(Welcome(null)),
        ["welcome, ended"] = new Sample<WelcomeMessage>(Welcome(Exit)),
        ["signal"] = new Sample<SignalMessage>(new SignalMessage { Id = 1, Signal = 9, Tree = true }),
        ["stop"] = new Sample<StopMessage>(new StopMessage { Id = 1 }),
        ["stop, grace"] = new Sample<StopMessage>(new StopMessage { Id = int.MaxValue, GraceMilliseconds = long.MinValue }),
        ["reply"] = new Sample<ReplyMessage>(new ReplyMessage { Id = 1 }),
        ["reply, error"] = new Sample<ReplyMessage>(new ReplyMessage { Id = -1, Error = "No.", Errno = 3 }),
        ["error"] = new Sample<ErrorMessage>(new ErrorMessage { Code = "bad-magic", Message = "\"+<>&'\u2028" }),
        ["started"] = new Sample<StartedMessage>(new StartedMessage { Record = Record(started: true) }),
        ["start failed"] = new Sample<StartFailedMessage>(new StartFailedMessage { Reason = StartFailure.DiskFull, Message = "Full.", Errno = 28, Parameter = "Nice" }),
        ["start failed, directory"] = new Sample<StartFailedMessage>(new StartFailedMessage
        {
            Reason = StartFailure.PermissionDenied,
            Message = "",
            UnsafeDirectory = new UnsafeDirectoryMessage { Path = "/p", Reason = "r", Remedy = "m" },
        }),
    };

    private static RecordFile Record(bool started) => new()
    {
        Version = RecordFile.CurrentVersion,
        Name = "encoder",
        Program = "/usr/bin/ffmpeg \"x\" ä \uDC80",
        Arguments = started ? ["-i", "", "two\nlines", "\0\u001b", "🦊", "\uFFFD"] : [],
        WorkingDirectory = "/srv/<video>",
        Lifetime = started ? ProcessLifetime.TiedToLauncher : ProcessLifetime.Detached,
        OutputWindow = 1L << 40,
        WhenFull = started ? WindowFullPolicy.Spill : WindowFullPolicy.DropOldest,
        StopGraceMilliseconds = 10_000,
        StandardInput = started ? new StreamFile { Kind = ProcessStreamKind.File, Path = "/srv/\"in\" ä" } : null,
        StandardOutput = started ? new StreamFile { Kind = ProcessStreamKind.Process, ProcessName = "next" } : null,
        StandardError = started ? new StreamFile { Kind = ProcessStreamKind.File, Path = "/srv/log", Append = true } : null,
        InheritedDescriptors = started ? [3, 1023] : null,
        BootId = "0f3e8c1c-0000-4000-8000-000000000000",
        KeeperProcessId = 41,
        KeeperStartTicks = long.MaxValue,
        ProcessId = started ? 42 : 0,
        ProcessStartTicks = 7,
        StartTime = started ? Time : null,
        StartId = "id",
        PidNamespace = "pid:[1]",
        LauncherProcessId = 5,
        LauncherStartTicks = 6,
        Adoptions = 7,
        InputInDoubt = 8,
        Endpoint = started ? @"\\.\pipe\tether-0" : null,
        BoundToJob = started,
    };

    private static WelcomeMessage Welcome(ExitFile? exit) => new()
    {
        Magic = Frame.Magic,
        Version = Frame.ProtocolVersion,
        Keeper = "0.1.0+x",
        Features = ["journal-files"],
        MaximumPayload = Frame.MaximumPayload,
        InputCredit = Frame.InputCredit,
        InputPosition = long.MaxValue,
        InputOpen = true,
        Exit = exit,
    };

    private static string Bytes<T>(T value)
        where T : class, IJsonObject<T> => Encoding.UTF8.GetString(ProtocolJson.Bytes(value));

    /// <summary>Both read the same, or both refuse.</summary>
    private static void Same<T>(byte[] json)
        where T : class, IJsonObject<T>
    {
        string expected = Read(() => Serializer.Read<T>(json));
        string actual = Read(() => JsonMembers.ReadWhole<T>(json));
        Assert.True(expected == actual, string.Create(CultureInfo.InvariantCulture, $"Of {Encoding.UTF8.GetString(json)}\nthe serializer reads {expected}\nand we read {actual}"));
    }

    private static string Read<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return Serializer.Write(read());
        }
        catch (JsonException)
        {
            return "nothing";
        }
    }

    private interface ISample
    {
        void Write();

        void ReadBack();

        void ReadVariations();
    }

    private sealed record Sample<T>(T Value) : ISample
        where T : class, IJsonObject<T>
    {
        public void Write() => Assert.Equal(Serializer.Write(Value), Bytes(Value));

        public void ReadBack() => Assert.Equal(Serializer.Write(Value), Serializer.Write(JsonMembers.ReadWhole<T>(ProtocolJson.Bytes(Value))));

        public void ReadVariations()
        {
            KeyValuePair<string, string>[] members = [.. JsonNode.Parse(ProtocolJson.Bytes(Value))!.AsObject().Select(member => KeyValuePair.Create(member.Key, member.Value?.ToJsonString() ?? "null"))];
            for (int i = 0; i < members.Length; i++)
            {
                // Left out, twice, in another place, and with every other value, also as the second of two.
                Same(members.Where((_, index) => index != i));
                Same(members.Append(members[i]));
                Same(members.Where((_, index) => index != i).Prepend(KeyValuePair.Create("later", "[{}]")).Append(members[i]));
                foreach (string stranger in Strangers)
                {
                    Same(members.Select((member, index) => index == i ? KeyValuePair.Create(member.Key, stranger) : member));
                    Same(members.Prepend(KeyValuePair.Create(members[i].Key, stranger)));
                }
            }
        }

        private static void Same(IEnumerable<KeyValuePair<string, string>> members) =>
            JsonObjectTests.Same<T>(Encoding.UTF8.GetBytes("{" + string.Join(",", members.Select(member => $"\"{member.Key}\":{member.Value}")) + "}"));
    }
}
