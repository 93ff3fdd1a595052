using System.CommandLine;

namespace Tether.Cli.Commands;

internal sealed class KillCommand : TetherCommand
{
    private readonly Argument<string> _name = NameArgument();

    public KillCommand()
        : base("kill", "Kill a program and all that came from it, at once.")
    {
        Arguments.Add(_name);
    }

    internal override string Group => Groups.Control;

    internal override string Synopsis => "NAME";

    internal override string Details => "Sends SIGKILL and waits for the end. A program that has ended already is no error; what it left behind is killed.";

    internal override IReadOnlyList<(string Line, string Meaning)> Examples => [("tether kill encoder", "End it, whatever it does.")];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        TetheredProcess process = await TetheredProcess.AttachAsync(arguments.GetRequiredValue(_name), cancellationToken).ConfigureAwait(false);
        await using (process.ConfigureAwait(false))
        {
            await Patience.WaitAsync(process.KillAsync(cancellationToken), $"waiting for '{process.Name}' to end").ConfigureAwait(false);
            return ExitCode.Success;
        }
    }
}
