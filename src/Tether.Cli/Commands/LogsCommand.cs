using System.CommandLine;
using Tether.Cli.Attaching;
using Tether.Cli.Formatting;
using Tether.Cli.Logs;

namespace Tether.Cli.Commands;

internal sealed class LogsCommand : TetherCommand
{
    private readonly Argument<string> _name = NameArgument();
    private readonly Option<bool> _follow = new("--follow", "-f") { Description = "Go on with new output until the program's streams end." };
    private readonly Option<bool> _standardOutput = new("--stdout") { Description = "Only stdout." };
    private readonly Option<bool> _standardError = new("--stderr") { Description = "Only stderr, to this stdout." };
    private readonly Option<long?> _from = new("--from") { HelpName = "OFFSET", Description = "Start at this byte of the stream; needs --stdout or --stderr. 'tether show' has the window.", CustomParser = WholeNumber.Parse };
    private readonly Option<long?> _tail = new("--tail") { HelpName = "LINES", Description = "Start with the last LINES lines.", CustomParser = WholeNumber.Parse };
    private readonly Option<bool> _timestamps = new("--timestamps", "-t") { Description = "Put the time (UTC) in front of each line." };

    public LogsCommand()
        : base("logs", "Print what a program has written, live or after its end.")
    {
        Arguments.Add(_name);
        foreach (Option option in (Option[])[_follow, _standardOutput, _standardError, _from, _tail, _timestamps])
        {
            Options.Add(option);
        }

        Validators.Add(result =>
        {
            bool one = result.GetValue(_standardOutput) != result.GetValue(_standardError);
            if (result.GetResult(_from) is not null && !one)
            {
                result.AddError("--from is an offset of one stream: add --stdout or --stderr");
            }

            if (result.GetResult(_from) is not null && result.GetResult(_tail) is not null)
            {
                result.AddError("--from and --tail both say where to start: use one of them");
            }
        });
    }

    internal override string Group => Groups.Look;

    internal override string Synopsis => "NAME [-f] [--stdout | --stderr] [--from OFFSET | --tail LINES] [--timestamps]";

    internal override string Details =>
        "Bytes are printed as they are. With neither --stdout nor --stderr each stream goes to its own counterpart, in the order seen. Bytes that the window dropped are counted on stderr. With the policy 'block', '-f' on one stream without --timestamps counts as reading: the program goes on for it.";

    internal override IReadOnlyList<(string Line, string Meaning)> Examples =>
    [
        ("tether logs -f --tail 10 encoder", "The last ten lines, and what comes."),
        ("tether logs encoder --stdout > result.bin", "Its stdout to the byte."),
        ("tether logs encoder --stdout --from 4096 | tail -c +1", "From an offset on."),
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bool follow = arguments.GetValue(_follow);
        if (follow)
        {
            StandardStreams.WatchOutputReader(over.Cancel);
        }

        try
        {
            TetheredProcess process = await TetheredProcess.AttachAsync(arguments.GetRequiredValue(_name), over.Token).ConfigureAwait(false);
            await using (process.ConfigureAwait(false))
            {
                await PrintAsync(process, arguments, follow, over.Token).ConfigureAwait(false);
                return ExitCode.Success;
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            return ExitCode.BrokenPipe;
        }
    }

    private async Task PrintAsync(TetheredProcess process, ParseResult arguments, bool follow, CancellationToken cancellationToken)
    {
        bool standardOutput = arguments.GetValue(_standardOutput);
        bool standardError = arguments.GetValue(_standardError);
        bool timestamps = arguments.GetValue(_timestamps);
        LogSelection selection = new(process) { StandardOutput = standardOutput || !standardError, StandardError = standardError || !standardOutput };
        await selection.StartAsync(arguments.GetValue(_from), arguments.GetValue(_tail), cancellationToken).ConfigureAwait(false);
        if (selection.Single is { } stream && !timestamps)
        {
            await OutputCopy.CopyAsync(stream, selection.StartOf(stream), follow, StandardStreams.Output, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await MergedLog.WriteAsync(process, selection, follow, timestamps, cancellationToken).ConfigureAwait(false);
        }
    }
}
