namespace Tether;

/// <summary>What is known of a kept program at one moment, read from its record without asking its keeper.</summary>
public sealed record ProcessRecord
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The state.</summary>
    public required ProcessState State { get; init; }

    /// <summary>The program's PID; 0 while it is being started, or when the record cannot be read. It may be a stranger's once the program has ended.</summary>
    public int ProcessId { get; init; }

    /// <summary>When the program was started, UTC; null while it is being started.</summary>
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>The keeper's PID; it may be a stranger's once the keeper has ended.</summary>
    public int KeeperProcessId { get; init; }

    /// <summary>The executed file.</summary>
    public string Program { get; init; } = "";

    /// <summary>The arguments after the program's own name. A byte that is not UTF-8 shows as U+FFFD.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The working directory that the program was started in.</summary>
    public string WorkingDirectory { get; init; } = "";

    /// <summary>Whether the program is tied to its launcher.</summary>
    public ProcessLifetime Lifetime { get; init; }

    /// <summary>The window of each output stream, in bytes.</summary>
    public long OutputWindow { get; init; }

    /// <summary>What happens when a window is full.</summary>
    public WindowFullPolicy WhenFull { get; init; }

    /// <summary>How long the program has to end by itself when it is asked to stop.</summary>
    public TimeSpan StopGrace { get; init; }

    /// <summary>The program's standard input.</summary>
    public InputStatus StandardInput { get; init; }

    /// <summary>The program's standard output.</summary>
    public OutputStatus StandardOutput { get; init; }

    /// <summary>The program's standard error.</summary>
    public OutputStatus StandardError { get; init; }

    /// <summary>How often the program's keeper was killed and another took over.</summary>
    public int Adoptions { get; init; }

    /// <summary>
    /// True when the program could not be detached from a job object of Windows that its launcher is in, as that job forbids it: whatever
    /// ends the job's processes ends keeper and program too. Terminals, task schedulers and build tools make such jobs.
    /// </summary>
    public bool IsBoundToJob { get; init; }

    /// <summary>The numbers of the further descriptors that the program got from its launcher, see <see cref="ProcessSpec.InheritedDescriptors"/>.</summary>
    public IReadOnlyList<int> InheritedDescriptors { get; init; } = [];

    /// <summary>How the program ended; null until it has.</summary>
    public ProcessExitStatus? Exit { get; init; }

    /// <summary>What is wrong with a record that cannot be read, which is listed as <see cref="ProcessState.Lost"/>; null otherwise.</summary>
    public string? Problem { get; init; }
}
