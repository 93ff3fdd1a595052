using System.CommandLine;

namespace Tether.Cli.Commands;

internal sealed class RmCommand : TetherCommand
{
    private readonly Argument<string[]> _names = new("NAME") { Description = "The programs' names.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> _ended = new("--ended") { Description = "Remove the record of every program that has ended." };

    public RmCommand()
        : base("rm", "Remove records of programs that have ended, with their output.")
    {
        Arguments.Add(_names);
        Options.Add(_ended);
        Validators.Add(result =>
        {
            if (result.GetValue(_ended) == (result.GetValue(_names) is { Length: > 0 }))
            {
                result.AddError("give one or more NAMEs, or --ended");
            }
        });
    }

    internal override string Group => Groups.TidyUp;

    internal override string Synopsis => "NAME... | --ended";

    internal override string Details => "A program that runs is not touched and is an error; the others are removed all the same. A lost or damaged record is removed by its name.";

    internal override IReadOnlyList<(string Line, string Meaning)> Examples =>
    [
        ("tether rm encoder", "Forget it."),
        ("tether rm --ended", "Forget everything that has ended."),
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        int code = ExitCode.Success;
        foreach (string name in arguments.GetValue(_ended) ? await EndedAsync(cancellationToken).ConfigureAwait(false) : arguments.GetValue(_names) ?? [])
        {
            try
            {
                await TetheredProcess.AdoptAsync(name, TetherOptions.Default, cancellationToken).ConfigureAwait(false);
                TetheredProcess.Remove(name);
            }
            catch (RecordNotFoundException) when (arguments.GetValue(_ended))
            {
                // Somebody else removed it since it was listed, which is what was asked for.
            }
            catch (Exception error) when (error is TetherException or InvalidOperationException or ArgumentException or IOException)
            {
                Message.Write(error);
                code = Math.Max(code, error is ArgumentException ? ExitCode.Usage : ExitCode.Failure);
            }
        }

        return code;
    }

    private static async Task<IReadOnlyList<string>> EndedAsync(CancellationToken cancellationToken)
    {
        List<string> names = [];
        await foreach (ProcessRecord record in TetheredProcess.ListAsync(null, cancellationToken).ConfigureAwait(false))
        {
            if (record.State == ProcessState.Exited)
            {
                names.Add(record.Name);
            }
        }

        return names;
    }
}
