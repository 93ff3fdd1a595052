using System.CommandLine;
using System.Globalization;
using Tether.Cli.Output;

namespace Tether.Cli.Commands;

internal sealed class WhoCommand : TetherCommand
{
    private readonly Argument<string> _what = new("PATH|:PORT") { Description = "A file, directory, device or socket; or a TCP or UDP port, with a colon." };
    private readonly Option<bool> _json = new("--json") { Description = "Print a JSON object." };

    public WhoCommand()
        : base("who", "Show who holds a file, device or port, and where they got it from.")
    {
        Arguments.Add(_what);
        Options.Add(_json);
    }

    internal override string Group => Groups.Diagnose;

    internal override string Synopsis => "PATH|:PORT [--json]";

    internal override string Details =>
        $"For each process that has it open, maps or executes it, or stands in it: through which {Words.Descriptor}, whether what it starts gets that too, and the nearest living ancestor that has the same open file. A file whose name starts with ':' is written ./:NAME. It only reads; other users' processes it sees only as {(OperatingSystem.IsWindows() ? "administrator" : "root")}.";

    internal override IReadOnlyList<(string Line, string Meaning)> Examples =>
    [
        ("tether who :8080", "Who still has the port?"),
        ("tether who /dev/video0", "Who keeps the camera busy, and from whom did they get it?"),
        ("tether who data.lock --json | jq '.holders[].pid'", "The processes, for a script."),
    ];

    internal override IReadOnlyList<(string Code, string Meaning)> ExitCodes =>
    [
        ("0", "Somebody holds it."),
        ("1", "Nobody does, as far as could be seen."),
        ("2", "The command line was wrong, or it could not be looked at."),
    ];

    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        ResourceHolders holders = Find(arguments.GetRequiredValue(_what));
        if (arguments.GetValue(_json))
        {
            CliJson.Write(WhoJson.Of(holders));
        }
        else
        {
            StandardStreams.WriteText(StandardStreams.Output, WhoText.Format(holders, Paragraphs.ForOutput()));
        }

        return Task.FromResult(holders.Holders.Count > 0 ? ExitCode.Success : ExitCode.NobodyHolds);
    }

    private static ResourceHolders Find(string what)
    {
        if (what is not [':', .. var text])
        {
            return ResourceHolders.OfFile(what);
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is >= 1 and <= 65535
            ? ResourceHolders.OfPort(port)
            : throw new ArgumentException($"'{what}' is no port: use ':' and a number from 1 to 65535. A file of that name is './{what}'.");
    }
}
