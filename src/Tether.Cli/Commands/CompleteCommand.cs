using System.CommandLine;
using Tether.Cli.Completion;

namespace Tether.Cli.Commands;

/// <summary>What the completion scripts ask: the words before and the one at the cursor; a candidate a line.</summary>
internal sealed class CompleteCommand : TetherCommand
{
    internal const string CommandName = "__complete";

    private readonly Argument<string[]> _words = new("WORD") { Arity = ArgumentArity.ZeroOrMore };

    private readonly Option<string> _word = new("--word")
    {
        HelpName = "=WORD",
        Description = "The word at the cursor, for shells that lose an empty argument; WORD... are those before it.",
    };

    public CompleteCommand()
        : base(CommandName, "For completion scripts.")
    {
        Hidden = true;
        Arguments.Add(_words);
        Options.Add(_word);
    }

    internal override string Group => "";

    internal override string Synopsis => "-- WORD...";

    internal override IReadOnlyList<(string Line, string Meaning)> Examples => [("tether __complete -- logs ''", "The names of all records.")];

    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string[] words = arguments.GetValue(_words) ?? [];
        string[] all = arguments.GetValue(_word) is ['=', .. string last] ? [.. words, last] : words;
        IEnumerable<string> candidates = Candidates.For(CommandLine.Root(), all);
        StandardStreams.WriteText(StandardStreams.Output, string.Concat(candidates.Select(candidate => candidate + "\n")));
        return Task.FromResult(ExitCode.Success);
    }
}
