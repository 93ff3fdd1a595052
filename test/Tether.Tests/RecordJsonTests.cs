using System.Text.Json;
using Tether.Protocol;
using Tether.Records;

namespace Tether.Tests;

public sealed class RecordJsonTests
{
    public static TheoryData<ProcessLifetime, WindowFullPolicy, bool> Records()
    {
        TheoryData<ProcessLifetime, WindowFullPolicy, bool> records = [];
        foreach (ProcessLifetime lifetime in Enum.GetValues<ProcessLifetime>())
        {
            foreach (WindowFullPolicy policy in Enum.GetValues<WindowFullPolicy>())
            {
                records.Add(lifetime, policy, true);
                records.Add(lifetime, policy, false);
            }
        }

        return records;
    }

    [Theory]
    [MemberData(nameof(Records))]
    public void Write_ARecord_IsWhatTheSerializerWrites(ProcessLifetime lifetime, WindowFullPolicy policy, bool started)
    {
        RecordFile record = new()
        {
            Version = RecordFile.CurrentVersion,
            Name = "encoder",
            Program = "/usr/bin/ffmpeg \"x\" ä \uDC80",
            Arguments = ["-i", "", "two\nlines", "\0\u001b", "🦊", "\uFFFD"],
            WorkingDirectory = "/srv/<video>",
            Lifetime = lifetime,
            OutputWindow = 1L << 40,
            WhenFull = policy,
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
            StartTime = started ? new DateTimeOffset(2026, 11, 25, 1, 2, 3, 456, TimeSpan.Zero) : null,
            Endpoint = started ? @"\\.\pipe\tether-0" : null,
            BoundToJob = started,
        };
        Assert.Equal(JsonSerializer.Serialize(record, ProtocolJson.Default.RecordFile), Text(RecordJson.Write(record)));
        Assert.Equal(JsonSerializer.Serialize(new StartedMessage { Record = record }, ProtocolJson.Default.StartedMessage), Text(RecordJson.WriteStarted(record)));
    }

    [Fact]
    public void Write_EveryKindOfStream_IsWhatTheSerializerWrites()
    {
        foreach (ProcessStreamKind kind in Enum.GetValues<ProcessStreamKind>())
        {
            RecordFile record = JsonSerializer.Deserialize(
                $$"""
                {"version":1,"name":"x","program":"/p","arguments":[],"workingDirectory":"/","lifetime":"Detached","outputWindow":1,"whenFull":"Spill",
                "stopGraceMilliseconds":1,"bootId":"b","keeperProcessId":1,"keeperStartTicks":1,"standardError":{"kind":"{{kind}}"} }
                """,
                ProtocolJson.Default.RecordFile)!;
            Assert.Equal(kind, record.StandardError?.Kind);
            Assert.Equal(JsonSerializer.Serialize(record, ProtocolJson.Default.RecordFile), Text(RecordJson.Write(record)));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("SIGKILL")]
    public void Write_AnExit_IsWhatTheSerializerWrites(string? signal)
    {
        ExitFile exit = new()
        {
            Code = 137,
            Signal = signal,
            SignalNumber = signal is null ? 0 : 9,
            CoreDumped = true,
            Time = new DateTimeOffset(2026, 11, 25, 1, 2, 3, TimeSpan.Zero),
            OutputComplete = false,
            StatusName = signal is null ? "access violation" : null,
        };
        Assert.Equal(JsonSerializer.Serialize(exit, ProtocolJson.Default.ExitFile), Text(RecordJson.Write(exit)));
    }

    private static string Text(byte[] json) => System.Text.Encoding.UTF8.GetString(json);
}
