using System.CommandLine;
using Tether.Cli.Completion;

namespace Tether.Cli.Commands;

/// <summary>What the completion scripts ask: the words before and the one at the cursor; a candidate a line.</summary>
internal sealed class CompleteCommand : TetherCommand
{
    internal const string CommandName = "__complete";

    private readonly Argument<string[]> _words = new("WORD") { Arity = ArgumentArity.ZeroOrMore };

    public CompleteCommand()
        : base(CommandName, "For completion scripts.")
    {
        Hidden = true;
        Arguments.Add(_words);
    }

    internal override string Group => "";

    internal override string Synopsis => "-- WORD...";

    internal override IReadOnlyList<(string Line, string Meaning)> Examples => [("tether __complete -- logs ''", "The names of all records.")];

    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        IEnumerable<string> candidates = Candidates.For(new TetherRoot(wanted: null), arguments.GetValue(_words) ?? []);
        StandardStreams.WriteText(StandardStreams.Output, string.Concat(candidates.Select(candidate => candidate + "\n")));
        return Task.FromResult(ExitCode.Success);
    }
}
