using System.CommandLine;
using Tether.Cli.Attaching;

namespace Tether.Cli.Commands;

internal sealed class AttachCommand : TetherCommand
{
    private readonly Argument<string> _name = NameArgument();
    private readonly Option<bool> _fromStart = new("--from-start") { Description = "First print what the window still has." };
    private readonly Option<bool> _eof = new("--eof") { Description = "Close the program's stdin when this stdin ends." };

    public AttachCommand()
        : base("attach", "Join a running program: its stdin, stdout, stderr and exit code become these.")
    {
        Arguments.Add(_name);
        Options.Add(_fromStart);
        Options.Add(_eof);
    }

    internal override string Group => Groups.Start;

    internal override string Synopsis => "NAME [--from-start] [--eof]";

    internal override string Details =>
        "Output is copied from now on, each stream to its counterpart. The end of this stdin leaves the program's open, for others, unless --eof is given. Ctrl-C (SIGINT) or SIGTERM lets go of the program, which runs on. Several may be attached at once.";

    internal override IReadOnlyList<(string Line, string Meaning)> Examples =>
    [
        ("tether attach encoder", "Talk to it, as if it had been started here."),
        ("tether attach --from-start --eof encoder < frames.raw", "Feed it a file to its end, and print all of its output."),
    ];

    internal override IReadOnlyList<(string Code, string Meaning)> ExitCodes =>
    [
        ("N", "The program's own exit code; 128 + N when signal N ended it."),
        ("1", "Tether failed: no such program, its keeper is gone."),
        ("130, 143", "Let go of the program after SIGINT, SIGTERM."),
        ("141", "Nobody reads stdout any more; let go of the program."),
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        TetheredProcess process = await TetheredProcess.AttachAsync(arguments.GetRequiredValue(_name), cancellationToken).ConfigureAwait(false);
        await using (process.ConfigureAwait(false))
        {
            bool fromStart = arguments.GetValue(_fromStart);
            Attachment attachment = new(process)
            {
                ClosesInput = arguments.GetValue(_eof),
                StandardOutputStart = fromStart ? null : process.StandardOutput.Status.End,
                StandardErrorStart = fromStart ? null : process.StandardError.Status.End,
            };
            return await attachment.RunAsync().ConfigureAwait(false);
        }
    }
}
