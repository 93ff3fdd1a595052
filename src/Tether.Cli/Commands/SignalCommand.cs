using System.CommandLine;
using System.Runtime.InteropServices;

namespace Tether.Cli.Commands;

internal sealed class SignalCommand : TetherCommand
{
    private readonly Argument<string> _name = NameArgument();
    private readonly Argument<string> _signal = new("SIGNAL") { Description = "A name with or without SIG (TERM, SIGUSR1, RTMIN+3), or a number." };
    private readonly Option<bool> _tree = new("--tree") { Description = "Also to every process that came from it." };

    public SignalCommand()
        : base("signal", "Send a signal to a program.")
    {
        Arguments.Add(_name);
        Arguments.Add(_signal);
        Options.Add(_tree);
    }

    internal override string Group => Groups.Control;

    internal override string Synopsis => "NAME SIGNAL [--tree]";

    internal override IReadOnlyList<(string Line, string Meaning)> Examples =>
    [
        ("tether signal server HUP", "Ask it to read its configuration again."),
        ("tether signal encoder STOP --tree", "Halt it and all of its children; CONT lets them go on."),
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        PosixSignal signal = Signals.Parse(arguments.GetRequiredValue(_signal));
        TetheredProcess process = await TetheredProcess.AttachAsync(arguments.GetRequiredValue(_name), cancellationToken).ConfigureAwait(false);
        await using (process.ConfigureAwait(false))
        {
            await process.SignalAsync(signal, arguments.GetValue(_tree), cancellationToken).ConfigureAwait(false);
            return ExitCode.Success;
        }
    }
}
