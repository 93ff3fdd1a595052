using System.CommandLine;
using Tether.Cli.Output;

namespace Tether.Cli.Commands;

internal sealed class PsCommand : TetherCommand
{
    private readonly Option<bool> _all = new("--all", "-a") { Description = "Also list programs that have ended." };
    private readonly Option<bool> _json = new("--json") { Description = "Print a JSON array." };

    public PsCommand()
        : base("ps", "List the programs that run.")
    {
        Options.Add(_all);
        Options.Add(_json);
    }

    internal override string Group => Groups.Look;

    internal override string Synopsis => "[-a] [--json]";

    internal override string Details =>
        "OUT and ERR are how many bytes the program has written. A program whose keeper was killed gets a new one by this. A record from before the system was started again, or that cannot be read, is listed as 'lost'. Into a pipe or file the columns are plain, with exact numbers and times.";

    internal override IReadOnlyList<(string Line, string Meaning)> Examples =>
    [
        ("tether ps -a", "List everything there is, also what has ended."),
        ("tether ps --json | jq -r '.[].name'", "The names, for a script."),
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        bool all = arguments.GetValue(_all);
        List<ProcessRecord> records = await ListAsync(cancellationToken).ConfigureAwait(false);
        if (records.Exists(record => record is { State: ProcessState.Lost, Problem: null }))
        {
            // Also when there was nothing to do any more: another client may have been faster.
            await AdoptAsync(cancellationToken).ConfigureAwait(false);
            records = await ListAsync(cancellationToken).ConfigureAwait(false);
        }

        if (!all)
        {
            records.RemoveAll(record => record.State == ProcessState.Exited);
        }

        if (arguments.GetValue(_json))
        {
            CliJson.Write([.. records.Select(RecordJson.Of)]);
        }
        else
        {
            string table = StandardStreams.IsOutputTerminal ? RecordTable.Format(records, all, StandardStreams.OutputWidth) : RecordColumns.Format(records, all);
            StandardStreams.WriteText(StandardStreams.Output, table);
        }

        return ExitCode.Success;
    }

    private static async Task<List<ProcessRecord>> ListAsync(CancellationToken cancellationToken)
    {
        List<ProcessRecord> records = [];
        await foreach (ProcessRecord record in TetheredProcess.ListAsync(null, cancellationToken).ConfigureAwait(false))
        {
            records.Add(record);
        }

        return records;
    }

    /// <summary>Programs whose keeper was killed get a new one, or are known to have ended.</summary>
    private static async Task AdoptAsync(CancellationToken cancellationToken)
    {
        try
        {
            await TetheredProcess.AdoptAllAsync(null, cancellationToken).ConfigureAwait(false);
        }
        catch (ProcessStartException error)
        {
            // A list without new keepers is better than none.
            Message.Write($"a program whose keeper was killed gets no new one: {error.Message}");
        }
    }
}
