using System.CommandLine;
using Tether.Cli.Formatting;
using Tether.Cli.Output;

namespace Tether.Cli.Commands;

internal sealed class DoctorCommand : TetherCommand
{
    private readonly Argument<int?> _pid = new("PID") { Description = "The process; without it, this command itself.", Arity = ArgumentArity.ZeroOrOne, CustomParser = ProcessNumber.Parse };
    private readonly Option<bool> _json = new("--json") { Description = "Print a JSON object." };

    public DoctorCommand()
        : base("doctor", "Show what would leak from a process into what it starts.")
    {
        Arguments.Add(_pid);
        Options.Add(_json);
    }

    internal override string Group => Groups.Diagnose;

    internal override string Synopsis => "[PID] [--json]";

    internal override string Details =>
        (OperatingSystem.IsWindows() ? "Lists each inheritable handle beyond the standard ones" : "Lists each descriptor without close-on-exec beyond the standard streams")
        + ", and what a child would keep busy by it. Without PID it looks at itself: at what your shell hands to every program. It only reads.";

    internal override IReadOnlyList<(string Line, string Meaning)> Examples =>
    [
        ("tether doctor 4711", "What would the children of process 4711 keep open?"),
        ("tether doctor", "What does this shell hand to the programs that it starts?"),
        ("tether doctor 4711 --json | jq '.descriptors[].target'", "The paths and addresses, for a script."),
    ];

    internal override IReadOnlyList<(string Code, string Meaning)> ExitCodes =>
    [
        ("0", "Nothing would be inherited."),
        ("1", "Something would."),
        ("2", "The command line was wrong, or the process could not be looked at."),
    ];

    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        InheritanceReport report = InheritanceReport.Inspect(arguments.GetValue(_pid));
        if (arguments.GetValue(_json))
        {
            CliJson.Write(DoctorJson.Of(report));
        }
        else
        {
            StandardStreams.WriteText(StandardStreams.Output, DoctorText.Format(report, Paragraphs.ForOutput()));
        }

        return Task.FromResult(report.Descriptors.Count == 0 ? ExitCode.Success : ExitCode.SomethingInheritable);
    }
}
