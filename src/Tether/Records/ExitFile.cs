using System.Text.Json;
using Tether.Protocol;

namespace Tether.Records;

/// <summary>The contents of <c>exit.json</c> and of the exited frame.</summary>
internal sealed record ExitFile : IJsonObject<ExitFile>
{
    /// <summary>The exit code, or 128 + N for signal N.</summary>
    public required int Code { get; init; }

    /// <summary>The signal's name, or null.</summary>
    public string? Signal { get; init; }

    /// <summary>The signal's number on the system that the program ran on, or 0.</summary>
    public int SignalNumber { get; init; }

    public bool CoreDumped { get; init; }

    public required DateTimeOffset Time { get; init; }

    public bool OutputComplete { get; init; } = true;

    /// <summary>True when nobody saw how the program ended; <see cref="Code"/> is -1 then. Left out of the JSON when false.</summary>
    public bool Unseen { get; init; }

    /// <summary>What a code that Windows gave stands for ("access violation"). Left out of the JSON when the code is the program's own.</summary>
    public string? StatusName { get; init; }

    /// <summary>The program ended while it had no keeper, or on a kernel that tells only a parent.</summary>
    internal static ExitFile Unknown(DateTimeOffset time) => new() { Code = -1, Time = time, Unseen = true };

    internal ProcessExitStatus ToStatus() => new()
    {
        ExitCode = Code,
        Signal = SignalNumber == 0 ? null : Signals.ToPosixSignal(SignalNumber),
        SignalName = Signal,
        CoreDumped = CoreDumped,
        ExitTime = Time,
        OutputComplete = OutputComplete,
        IsKnown = !Unseen,
        StatusName = StatusName,
    };

    public static ExitFile Read(ref Utf8JsonReader reader)
    {
        int? code = null;
        int signalNumber = 0;
        string? signal = null, statusName = null;
        bool coreDumped = false, outputComplete = true, unseen = false;
        DateTimeOffset? time = null;
        while (reader.NextMember())
        {
            if (reader.Is("code"u8))
                code = reader.ReadInt32();
            else if (reader.Is("signal"u8))
                signal = reader.ReadStringOrNull();
            else if (reader.Is("signalNumber"u8))
                signalNumber = reader.ReadInt32();
            else if (reader.Is("coreDumped"u8))
                coreDumped = reader.ReadBoolean();
            else if (reader.Is("time"u8))
                time = reader.ReadTime();
            else if (reader.Is("outputComplete"u8))
                outputComplete = reader.ReadBoolean();
            else if (reader.Is("unseen"u8))
                unseen = reader.ReadBoolean();
            else if (reader.Is("statusName"u8))
                statusName = reader.ReadStringOrNull();
            else
                reader.SkipValue();
        }

        return new ExitFile
        {
            Code = code ?? throw JsonMembers.Missing("code"),
            Signal = signal,
            SignalNumber = signalNumber,
            CoreDumped = coreDumped,
            Time = time ?? throw JsonMembers.Missing("time"),
            OutputComplete = outputComplete,
            Unseen = unseen,
            StatusName = statusName,
        };
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("code"u8, Code);
        writer.WriteString("signal"u8, Signal);
        writer.WriteNumber("signalNumber"u8, SignalNumber);
        writer.WriteBoolean("coreDumped"u8, CoreDumped);
        writer.WriteString("time"u8, Time);
        writer.WriteBoolean("outputComplete"u8, OutputComplete);
        if (Unseen)
        {
            writer.WriteBoolean("unseen"u8, true);
        }

        if (StatusName is { } status)
        {
            writer.WriteString("statusName"u8, status);
        }

        writer.WriteEndObject();
    }
}
