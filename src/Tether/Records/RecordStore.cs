using System.Text.Json;
using Tether.Journal;
using Tether.Platform;
using Tether.Protocol;

namespace Tether.Records;

/// <summary>The records of one home directory, read from their files. No keeper is asked, so a list of thousands is quick.</summary>
internal sealed class RecordStore
{
    /// <summary>How many records are read before the first of them is given out.</summary>
    internal const int ReadTogether = 512;

    /// <summary>Half a millisecond's worth of records: starting a thread for fewer would take as long.</summary>
    private const int WorthAThread = 24;

    private readonly string _home;

    private RecordStore(string home) => _home = home;

    internal string Home => _home;

    /// <summary>Opens the directory after checking that it is the user's alone. Null when there is none: then there are no records.</summary>
    /// <exception cref="UnsafeDirectoryException">It is not the user's alone.</exception>
    internal static RecordStore? Open(string home) => HostPlatform.Current.IsPrivateDirectory(home) ? new RecordStore(home) : null;

    /// <summary>The names of all records, sorted.</summary>
    internal IReadOnlyList<string> Names()
    {
        List<string> names = [];
        foreach (string directory in Directory.EnumerateDirectories(_home))
        {
            string name = Path.GetFileName(directory);
            if (RecordName.IsValid(name))
            {
                names.Add(name);
            }
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }

    internal string DirectoryOf(string name) => Path.Combine(_home, name);

    /// <summary>What is known of a record. A damaged one is <see cref="ProcessState.Lost"/> and says why. Null when there is none.</summary>
    internal ProcessRecord? Find(string name)
    {
        string directory = DirectoryOf(name);
        // First the lock, then the exit: a keeper writes the exit before it lets go, so a free lock without an exit means that it was lost.
        try
        {
            return HostPlatform.Current.IsRecordLocked(directory) is { } isKept ? Read(name, isKept) : null;
        }
        catch (IOException error) when (!HostPlatform.Current.IsOutOfResources(error))
        {
            // One directory that may not be entered hides no other record.
            return new ProcessRecord { Name = name, State = ProcessState.Lost, Problem = $"its directory cannot be looked into: {error.Message.TrimEnd('.')}" };
        }
        catch (CorruptRecordException error)
        {
            return Directory.Exists(directory) ? new ProcessRecord { Name = name, State = ProcessState.Lost, Problem = error.Problem } : null;
        }
    }

    /// <summary>
    /// What is known of each of some records, as <see cref="Find"/> tells it: null for none. A record is a dozen system calls, and nearly nothing
    /// else, so every processor reads some of many.
    /// </summary>
    internal async Task<ProcessRecord?[]> FindAsync(string[] names)
    {
        ProcessRecord?[] records = new ProcessRecord?[names.Length];
        int parts = Math.Clamp(names.Length / WorthAThread, 1, Environment.ProcessorCount);
        // Threads of their own: the pool's first work starts three threads, in a command that ends in a moment.
        Task[] others = [.. Enumerable.Range(1, parts - 1).Select(
            part => Task.Factory.StartNew(() => Find(part), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        try
        {
            Find(0);
        }
        finally
        {
            await Task.WhenAll(others).ConfigureAwait(false);
        }

        return records;

        void Find(int part)
        {
            for (int i = part; i < names.Length; i += parts)
            {
                records[i] = this.Find(names[i]);
            }
        }
    }

    /// <summary>The contents of <c>record.json</c>.</summary>
    /// <exception cref="CorruptRecordException">They cannot be read.</exception>
    internal RecordFile ReadRecordFile(string name)
    {
        RecordFile file = ReadJson<RecordFile>(name, RecordPaths.Record)
            ?? throw new CorruptRecordException(name, $"its file '{RecordPaths.Record}' is missing");
        if (!file.Name.Equals(name, HostPlatform.Current.NameComparison))
        {
            throw new CorruptRecordException(name, $"its file '{RecordPaths.Record}' is that of '{file.Name}'");
        }

        return file.Version <= RecordFile.CurrentVersion
            ? file
            : throw new CorruptRecordException(name, $"it has version {file.Version}, and this Tether knows versions up to {RecordFile.CurrentVersion}: it was written by a newer one. Use that one");
    }

    /// <summary>The contents of <c>exit.json</c>; null when the program has not ended, or nobody knows how.</summary>
    /// <exception cref="CorruptRecordException">They cannot be read.</exception>
    internal ExitFile? ReadExitFile(string name) => ReadJson<ExitFile>(name, RecordPaths.Exit);

    private ProcessRecord Read(string name, bool isKept)
    {
        ExitFile? exit = ReadExitFile(name);
        RecordFile file = ReadRecordFile(name);
        // The rest of this file belongs to the keeper: most of a megabyte.
        byte[] positions = ReadStart(name, RecordPaths.Positions, PositionsFile.Size)
            ?? throw new CorruptRecordException(name, $"its file '{RecordPaths.Positions}' is missing");
        JournalPositions[] groups = PositionsFile.ReadAll(positions, name);
        JournalPositions input = groups[(int)JournalSection.StandardInput];
        return new ProcessRecord
        {
            Name = name,
            State = exit is not null ? ProcessState.Exited : !isKept ? ProcessState.Lost : file.ProcessId == 0 ? ProcessState.Starting : ProcessState.Running,
            ProcessId = file.ProcessId,
            StartTime = file.StartTime,
            KeeperProcessId = file.KeeperProcessId,
            Program = file.Program,
            Arguments = file.Arguments,
            WorkingDirectory = file.WorkingDirectory,
            Lifetime = file.Lifetime,
            OutputWindow = file.OutputWindow,
            WhenFull = file.WhenFull,
            StopGrace = TimeSpan.FromMilliseconds(file.StopGraceMilliseconds),
            StandardInput = new InputStatus(input.Start, input.IsOpen && isKept)
            {
                InDoubt = file.InputInDoubt + (isKept ? 0 : input.End - input.Start),
                Source = StreamFile.ToStream(file.StandardInput),
            },
            Adoptions = file.Adoptions,
            StandardOutput = ToStatus(groups[(int)JournalSection.StandardOutput], file.StandardOutput, isKept),
            StandardError = ToStatus(groups[(int)JournalSection.StandardError], file.StandardError, isKept),
            IsBoundToJob = file.BoundToJob,
            InheritedDescriptors = file.InheritedDescriptors ?? [],
            Exit = exit?.ToStatus(),
        };
    }

    private static OutputStatus ToStatus(JournalPositions positions, StreamFile? target, bool isKept) => new(positions.Start, positions.End, positions.IsOpen && isKept)
    {
        DiskFull = (positions.Flags & JournalFlags.DiskFull) != 0,
        Target = StreamFile.ToStream(target),
        WaitsForReader = isKept && (positions.Flags & JournalFlags.WaitsForReader) != 0,
    };

    /// <summary>The first bytes of one of a record's files, <paramref name="atMost"/> or all; null when it is not there.</summary>
    /// <exception cref="CorruptRecordException">It cannot be read.</exception>
    /// <exception cref="IOException">This process has no descriptor or memory left.</exception>
    private byte[]? ReadStart(string name, string file, int atMost)
    {
        try
        {
            return HostPlatform.Current.ReadFile(Path.Combine(DirectoryOf(name), file), atMost);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException && !HostPlatform.Current.IsOutOfResources(error))
        {
            throw new CorruptRecordException(name, $"its file '{file}' cannot be read: {error.Message.TrimEnd('.')}", error);
        }
    }

    private T? ReadJson<T>(string name, string file)
        where T : class, IJsonObject<T>
    {
        if (ReadStart(name, file, int.MaxValue) is not { } json)
        {
            return null;
        }

        try
        {
            return JsonMembers.ReadWhole<T>(json) ?? throw new CorruptRecordException(name, $"its file '{file}' is empty");
        }
        catch (JsonException error)
        {
            throw new CorruptRecordException(name, $"its file '{file}' is not what it should be: {error.Message}", error);
        }
    }
}
