using System.CommandLine;
using Tether.Cli.Output;

namespace Tether.Cli.Commands;

internal sealed class ShowCommand : TetherCommand
{
    private readonly Argument<string> _name = NameArgument();
    private readonly Option<bool> _json = new("--json") { Description = "Print a JSON object." };

    public ShowCommand()
        : base("show", "Show all that is known of one program.")
    {
        Arguments.Add(_name);
        Options.Add(_json);
    }

    internal override string Group => Groups.Look;

    internal override string Synopsis => "NAME [--json]";

    internal override IReadOnlyList<(string Line, string Meaning)> Examples =>
    [
        ("tether show encoder", "State, times, command, streams and exit."),
        ("tether show encoder --json | jq .exit.code", "One fact, for a script."),
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string name = arguments.GetRequiredValue(_name);
        ProcessRecord record = TetheredProcess.GetRecord(name);
        if (record.State == ProcessState.Lost)
        {
            await TetheredProcess.AdoptAsync(name, TetherOptions.Default, cancellationToken).ConfigureAwait(false);
            record = TetheredProcess.GetRecord(name);
        }

        if (arguments.GetValue(_json))
        {
            CliJson.Write(RecordJson.Of(record));
        }
        else
        {
            StandardStreams.WriteText(StandardStreams.Output, RecordDescription.Format(record));
        }

        return ExitCode.Success;
    }
}
