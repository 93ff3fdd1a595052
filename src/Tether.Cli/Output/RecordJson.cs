using System.Text.Json.Serialization;

namespace Tether.Cli.Output;

/// <summary>A record as <c>--json</c> prints it. docs/cli.md has its fields; they only grow.</summary>
internal sealed record RecordJson
{
    public required string Name { get; init; }

    public required string State { get; init; }

    /// <summary>Null while it is not known.</summary>
    public int? Pid { get; init; }

    public DateTime? StartTime { get; init; }

    public int? KeeperPid { get; init; }

    public required string Program { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    public required string WorkingDirectory { get; init; }

    public required InputJson Stdin { get; init; }

    public required OutputJson Stdout { get; init; }

    public required OutputJson Stderr { get; init; }

    /// <summary>Null until the program has ended.</summary>
    public ExitJson? Exit { get; init; }

    public required string Lifetime { get; init; }

    public required long OutputWindow { get; init; }

    public required string WhenFull { get; init; }

    public required int Adoptions { get; init; }

    /// <summary>Whether it is in a job of Windows that its launcher is in, and could not leave it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool BoundToJob { get; init; }

    /// <summary>The numbers of the further descriptors that its launcher passed on, if any.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? Descriptors { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Problem { get; init; }

    internal static RecordJson Of(ProcessRecord record) => new()
    {
        Name = record.Name,
        State = Words.Of(record.State),
        Pid = record.ProcessId == 0 ? null : record.ProcessId,
        StartTime = record.StartTime?.UtcDateTime,
        KeeperPid = record.KeeperProcessId == 0 ? null : record.KeeperProcessId,
        Program = record.Program,
        Arguments = record.Arguments,
        WorkingDirectory = record.WorkingDirectory,
        Stdin = new InputJson(record.StandardInput.Position, record.StandardInput.IsOpen, record.StandardInput.InDoubt) { Redirection = RedirectionJson.Of(record.StandardInput.Source) },
        Stdout = OutputJson.Of(record.StandardOutput),
        Stderr = OutputJson.Of(record.StandardError),
        Descriptors = record.InheritedDescriptors.Count == 0 ? null : record.InheritedDescriptors,
        Exit = record.Exit is { } exit ? new ExitJson(exit.IsKnown ? exit.ExitCode : null, exit.SignalName, exit.ExitTime.UtcDateTime) { Status = exit.StatusName } : null,
        Lifetime = Words.Of(record.Lifetime),
        OutputWindow = record.OutputWindow,
        WhenFull = Words.Of(record.WhenFull),
        Adoptions = record.Adoptions,
        BoundToJob = record.IsBoundToJob,
        Problem = record.Problem,
    };
}
