using System.CommandLine;
using System.CommandLine.Invocation;
using Tether.Cli.Commands;

namespace Tether.Cli.Help;

/// <summary><c>--help</c>.</summary>
internal sealed class ShowHelpAction : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        string help = parseResult.CommandResult.Command is TetherCommand command
            ? HelpText.Of(command)
            : HelpText.OfRoot((TetherRoot)parseResult.RootCommandResult.Command);
        StandardStreams.WriteText(StandardStreams.Output, help);
        return ExitCode.Success;
    }
}
