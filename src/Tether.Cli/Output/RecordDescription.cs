using System.Text;
using Tether.Cli.Formatting;
using Tether.Platform;
using Tether.Records;

namespace Tether.Cli.Output;

/// <summary>All that is known of one record, a line per fact.</summary>
internal static class RecordDescription
{
    internal static string Format(ProcessRecord record)
    {
        StringBuilder text = new();
        Add("name", record.Name);
        Add("state", Words.Of(record.State) + Fate(record));
        if (record.Problem is { } problem)
        {
            Add("problem", $"the record is damaged: {problem}");
            return text.ToString();
        }

        Add("pid", $"{record.ProcessId} (keeper {record.KeeperProcessId})");
        if (record.StartTime is { } start)
        {
            Add("started", $"{Times.ToText(start)} ({Times.ToAge(DateTimeOffset.UtcNow - start)} ago)");
        }

        if (record.Adoptions > 0)
        {
            Add("keepers", $"{record.Adoptions + 1}: {record.Adoptions} killed, the next one took over");
        }

        if (record.Exit is { IsKnown: false } unseen)
        {
            Add("exit", $"unknown: it ended without a keeper, before {Times.ToText(unseen.ExitTime)}");
        }
        else if (record.Exit is { } exit)
        {
            Add("exit", $"{exit.ExitCode}{Cause(exit)} at {Times.ToText(exit.ExitTime)}{(exit.OutputComplete ? "" : ", while its output was still held by a process that it left behind")}");
        }

        Add("command", ShellQuoting.Join(record.Program, record.Arguments));
        Add("directory", record.WorkingDirectory);
        Add("lifetime", record.Lifetime == ProcessLifetime.TiedToLauncher ? "tied to its launcher" : "detached");
        if (record.IsBoundToJob)
        {
            Add("job", "not detached from the job of its launcher, which forbids leaving it: both end when that job is ended");
        }

        Add("window", record.WhenFull == WindowFullPolicy.Spill ? "unbounded (spill)" : $"{record.OutputWindow} bytes per stream, {WhenFull(record.WhenFull)} when full");
        Add("stdin", Words.OfSource(record.StandardInput.Source) ?? $"{record.StandardInput.Position} bytes taken, {(record.StandardInput.IsOpen ? "open" : "closed")}{(record.StandardInput.InDoubt > 0 ? $"; {record.StandardInput.InDoubt} more may have been taken when a keeper was killed" : "")}");
        Add("stdout", Stream(record.StandardOutput));
        Add("stderr", Stream(record.StandardError));
        if (record.InheritedDescriptors.Count > 0)
        {
            Add("passed on", $"{(record.InheritedDescriptors.Count == 1 ? "descriptor" : "descriptors")} {string.Join(", ", record.InheritedDescriptors)}");
        }

        return text.ToString();

        void Add(string fact, string value) => text.Append((fact + ":").PadRight(11)).Append(value).Append('\n');
    }

    private static string Cause(ProcessExitStatus exit) =>
        exit.SignalName is { } signal ? $" ({signal}{(exit.CoreDumped ? ", core dumped" : "")})"
        : exit.StatusName is { } status ? $" (0x{exit.ExitCode:X8}, {status})"
        : "";

    private static string WhenFull(WindowFullPolicy policy) => policy == WindowFullPolicy.Block ? "the program waits (block)" : "the oldest bytes are dropped (drop)";

    private static string Stream(OutputStatus status) =>
        Words.OfTarget(status.Target) ?? $"bytes {status.Start} to {status.End}, {(status.IsOpen ? "open" : "closed")}{(status.WaitsForReader ? ", the program waits for a reader" : "")}{(status.DiskFull ? ", the disk was full" : "")}";

    /// <summary>The keeper is gone: does the program still run?</summary>
    private static string Fate(ProcessRecord record)
    {
        if (record.State != ProcessState.Lost || record.Problem is not null)
        {
            return "";
        }

        RecordFile? file = RecordStore.Open(TetherHome.Path)?.ReadRecordFile(record.Name);
        return file is not null && HostPlatform.Current.IsProgramAlive(file)
            ? $" (its keeper is gone; the program still runs as PID {record.ProcessId})"
            : " (its keeper is gone, and so is the program; nobody knows how it ended)";
    }
}
