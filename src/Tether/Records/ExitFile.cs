using System.Text.Json.Serialization;

namespace Tether.Records;

/// <summary>The contents of <c>exit.json</c> and of the exited frame.</summary>
internal sealed record ExitFile
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
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Unseen { get; init; }

    /// <summary>What a code that Windows gave stands for ("access violation"). Left out of the JSON when the code is the program's own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
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
}
