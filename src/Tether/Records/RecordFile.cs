using System.Text.Json.Serialization;

namespace Tether.Records;

/// <summary>The contents of <c>record.json</c>: what was started and who keeps it. It never holds the environment, which may hold secrets.</summary>
internal sealed record RecordFile
{
    internal const int CurrentVersion = 1;

    /// <summary>The version of the record's files. A client refuses a newer one than it knows.</summary>
    public required int Version { get; init; }

    public required string Name { get; init; }

    /// <summary>The executed file.</summary>
    public required string Program { get; init; }

    /// <summary>The arguments; a byte that is not UTF-8 is shown as U+FFFD here.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    public required string WorkingDirectory { get; init; }

    public required ProcessLifetime Lifetime { get; init; }

    public required long OutputWindow { get; init; }

    public required WindowFullPolicy WhenFull { get; init; }

    public required long StopGraceMilliseconds { get; init; }

    /// <summary>Null, as for the two below, when the stream is kept.</summary>
    public StreamFile? StandardInput { get; init; }

    public StreamFile? StandardOutput { get; init; }

    public StreamFile? StandardError { get; init; }

    /// <summary>The numbers of the further descriptors that the launcher passed on; null for none.</summary>
    public IReadOnlyList<int>? InheritedDescriptors { get; init; }

    /// <summary>The boot that the identities below belong to.</summary>
    public required string BootId { get; init; }

    public required int KeeperProcessId { get; init; }

    /// <summary>
    /// The keeper's start, in clock ticks since boot; with its PID, its identity. On Windows it is a FILETIME, which needs no boot to be of.
    /// </summary>
    public required long KeeperStartTicks { get; init; }

    /// <summary>0 while the program is being started.</summary>
    public int ProcessId { get; init; }

    public long ProcessStartTicks { get; init; }

    public DateTimeOffset? StartTime { get; init; }

    /// <summary>Tells this start from any other; its launcher knows it.</summary>
    public string StartId { get; init; } = "";

    /// <summary>The PID namespace that the PIDs are of; from another one nothing can be said of them.</summary>
    public string PidNamespace { get; init; } = "";

    /// <summary>The launcher that the program is tied to; 0 for none.</summary>
    public int LauncherProcessId { get; init; }

    public long LauncherStartTicks { get; init; }

    /// <summary>How often a keeper was killed and another took over.</summary>
    public int Adoptions { get; init; }

    /// <summary>How many bytes of input were being given to the program when keepers were killed: it has them, or some of them, or none.</summary>
    public long InputInDoubt { get; init; }

    /// <summary>The full name of the pipe that the keeper serves, on Windows; elsewhere it serves a socket in the record, and this is left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Endpoint { get; init; }

    /// <summary>Whether the keeper is in a job of Windows that it could not leave. Left out of the JSON when false.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool BoundToJob { get; init; }
}
