using System.CommandLine;
using Tether.Cli.Formatting;

namespace Tether.Cli.Commands;

internal sealed class WaitCommand : TetherCommand
{
    private readonly Argument<string> _name = NameArgument();
    private readonly Option<TimeSpan?> _timeout = new("--timeout", "-t") { HelpName = "SECONDS", Description = "Wait no longer than this.", CustomParser = Seconds.Parse };

    public WaitCommand()
        : base("wait", "Wait until a program has ended, and exit with its exit code.")
    {
        Arguments.Add(_name);
        Options.Add(_timeout);
    }

    internal override string Group => Groups.Control;

    internal override string Synopsis => "NAME [--timeout SECONDS]";

    internal override IReadOnlyList<(string Line, string Meaning)> Examples =>
    [
        ("tether wait encoder && echo done", "Go on when it has succeeded."),
        ("tether wait --timeout 60 encoder", "Exit with 124 if it still runs after a minute."),
    ];

    internal override IReadOnlyList<(string Code, string Meaning)> ExitCodes =>
    [
        ("N", "The program's own exit code; 128 + N when signal N ended it. It may have ended long ago."),
        ("1", "Tether failed: no such program, or nobody knows how it ended."),
        ("2", "The command line was wrong."),
        ("124", "--timeout ran out; the program still runs."),
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string name = arguments.GetRequiredValue(_name);
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (arguments.GetValue(_timeout) is { } time)
        {
            timeout.CancelAfter(time);
        }

        try
        {
            TetheredProcess process = await TetheredProcess.AttachAsync(name, timeout.Token).ConfigureAwait(false);
            await using (process.ConfigureAwait(false))
            {
                ProcessExitStatus exit = await Patience.WaitAsync(process.WaitForExitAsync(timeout.Token), $"waiting for '{name}' (PID {process.Id}) to end").ConfigureAwait(false);
                if (!exit.IsKnown)
                {
                    Message.Write($"'{name}' has ended, and nobody saw how: its keeper had been killed");
                    return ExitCode.Failure;
                }

                return exit.ExitCode;
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            double seconds = arguments.GetValue(_timeout)!.Value.TotalSeconds;
            Message.Write($"'{name}' still runs after {seconds} {(seconds == 1 ? "second" : "seconds")}");
            return ExitCode.TimedOut;
        }
    }
}
