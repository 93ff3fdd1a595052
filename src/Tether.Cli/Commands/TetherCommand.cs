using System.CommandLine;

namespace Tether.Cli.Commands;

/// <summary>One command of the tool, with what its help shows beside its arguments and options.</summary>
internal abstract class TetherCommand : Command
{
    protected TetherCommand(string name, string description)
        : base(name, description)
    {
        SetAction(RunAsync);
    }

    /// <summary>The heading that the command stands under in the tool's help.</summary>
    internal abstract string Group { get; }

    /// <summary>What follows the command's name, as one writes it.</summary>
    internal abstract string Synopsis { get; }

    /// <summary>More than the one line of the description; empty where that says it all.</summary>
    internal virtual string Details => "";

    /// <summary>Command lines to copy, each with what it does. The first also stands in the tool's help.</summary>
    internal abstract IReadOnlyList<(string Line, string Meaning)> Examples { get; }

    /// <summary>Exit codes beside the usual ones.</summary>
    internal virtual IReadOnlyList<(string Code, string Meaning)> ExitCodes => [];

    protected abstract Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken);

    protected static Argument<string> NameArgument() => new("NAME") { Description = "The program's name, as 'tether ps' lists it." };
}
