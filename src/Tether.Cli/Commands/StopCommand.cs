using System.CommandLine;
using Tether.Cli.Formatting;

namespace Tether.Cli.Commands;

internal sealed class StopCommand : TetherCommand
{
    private readonly Argument<string> _name = NameArgument();
    private readonly Option<TimeSpan?> _grace = new("--grace") { HelpName = "SECONDS", Description = "How long it has to end by itself. Default: what it was started with, 10 if nothing was said.", CustomParser = Seconds.Parse };

    public StopCommand()
        : base("stop", "Ask a program and all that came from it to end, and kill what does not.")
    {
        Arguments.Add(_name);
        Options.Add(_grace);
    }

    internal override string Group => Groups.Control;

    internal override string Synopsis => "NAME [--grace SECONDS]";

    internal override string Details => "Sends SIGTERM, waits for the end, and sends SIGKILL after the grace. A program that has ended already is no error.";

    internal override IReadOnlyList<(string Line, string Meaning)> Examples =>
    [
        ("tether stop server", "Stop it in an orderly way."),
        ("tether stop --grace 60 database", "Give it a minute."),
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        TetheredProcess process = await TetheredProcess.AttachAsync(arguments.GetRequiredValue(_name), cancellationToken).ConfigureAwait(false);
        await using (process.ConfigureAwait(false))
        {
            TimeSpan? grace = arguments.GetValue(_grace);
            string killed = $"{(grace ?? process.GetRecord().StopGrace).TotalSeconds} seconds";
            await Patience.WaitAsync(process.StopAsync(grace, cancellationToken), $"waiting for '{process.Name}' to end; it is killed after {killed}").ConfigureAwait(false);
            return ExitCode.Success;
        }
    }
}
