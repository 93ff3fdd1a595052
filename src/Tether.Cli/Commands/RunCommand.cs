using System.CommandLine;
using Tether.Cli.Attaching;
using Tether.Cli.Output;
using Tether.Cli.Formatting;

namespace Tether.Cli.Commands;

internal sealed class RunCommand : TetherCommand
{
    private readonly Option<string> _name = new("--name", "-n") { HelpName = "NAME", Description = "The name to find it again by. Default: the program's file name and six random characters." };
    private readonly Option<string> _directory = new("--directory", "-C") { HelpName = "DIR", Description = "Its working directory. Default: this one." };
    private readonly Option<string[]> _environment = new("--env", "-e") { HelpName = "NAME=VALUE", Description = "Set a variable of its environment; may be given several times." };
    private readonly Option<bool> _clearEnvironment = new("--clear-env") { Description = "Start from an empty environment instead of this one." };
    private readonly Option<bool> _attach = new("--attach", "-a") { Description = "Stay: copy this stdin to it and its stdout and stderr to these, and exit with its exit code." };
    private readonly Option<bool> _tied = new("--tied") { Description = "Stop it when this command ends, however that happens. Implies --attach." };
    private readonly Option<long?> _window = new("--window") { HelpName = "BYTES", Description = "How much of each output stream can be read again: 64K to 1T, 8M by default.", CustomParser = ByteSize.Parse };
    private readonly Option<string> _whenFull = new("--when-full") { HelpName = "drop|block|spill", Description = "When that is full: drop the oldest bytes (the default), block the program until a reader has caught up (the default with --attach), or spill: keep everything." };
    private readonly Option<TimeSpan?> _grace = new("--grace") { HelpName = "SECONDS", Description = "How long it has to end by itself when it is stopped. Default: 10.", CustomParser = Seconds.Parse };
    private readonly StreamOptions _streams = new();
    private readonly UnixOptions _unix = new();
    private readonly Option<bool> _json = new("--json") { Description = "Print its record as JSON instead of its name." };
    private readonly Argument<string> _program = new("PROGRAM") { Description = "A path, or a name that is looked up in PATH." };
    private readonly Argument<string[]> _arguments = new("ARG") { Description = "The program's own arguments, passed exactly. All that follows PROGRAM is the program's.", Arity = ArgumentArity.ZeroOrMore };

    public RunCommand()
        : base("run", "Start a program, detached, and print its name.")
    {
        _whenFull.AcceptOnlyFromAmong(Words.Drop, Words.Block, Words.Spill);
        foreach (Option option in (Option[])[_name, _directory, _environment, _clearEnvironment, _attach, _tied, _window, _whenFull, _grace, .. _streams.All, _json])
        {
            Options.Add(option);
        }

        _unix.AddTo(this);
        Arguments.Add(_program);
        Arguments.Add(_arguments);
        Validators.Add(_streams.Validate);
        Validators.Add(result =>
        {
            if (result.GetValue(_json) && _streams.GivesOutputAway(result))
            {
                result.AddError("--json cannot be combined with '--stdout -': this stdout is the program's then");
            }

            if (result.GetValue(_json) && (result.GetValue(_attach) || result.GetValue(_tied)))
            {
                result.AddError("--json cannot be combined with --attach or --tied, whose stdout is the program's");
            }
        });
    }

    internal override string Group => Groups.Start;

    internal override string Synopsis => "[OPTION]... [--] PROGRAM [ARG]...";

    internal override string Details =>
        "The program inherits nothing but the user, the umask, the resource limits, the nice value and the environment. It runs on whatever happens to this command and its terminal. With --attach, Ctrl-C (SIGINT) or SIGTERM lets go of the program, which runs on; with --tied it stops the program, and a second one does not wait for that.";

    internal override IReadOnlyList<(string Line, string Meaning)> Examples =>
    [
        ("tether run -n encoder -C /srv/video ffmpeg -i in.mp4 out.webm", "Start it, print 'encoder', and return."),
        ("tether run -a -- sha256sum < big.iso", "Like running it plainly, but a lost terminal does not end it."),
        ("tether run --stdin in.raw --stdout out.raw --stderr /dev/null ./convert", "Files past Tether: nothing of them is kept."),
        ("tether run -n a --stdout - seq 9 | tether run -n b --stdin - sort -r", "A pipeline of two kept programs, with a plain pipe between them."),
        ("tether run --when-full spill -e DEBUG=1 ./server --port 80", "Keep all of its output; '--port 80' is the server's."),
    ];

    internal override IReadOnlyList<(string Code, string Meaning)> ExitCodes =>
    [
        ("0", "It was started; with --attach: it exited with 0."),
        ("2", "The command line was wrong."),
        ("125", "Tether itself failed: the name is in use, no space, no permission, a file that cannot be opened."),
        ("126", "The program was found but cannot be executed (permission, a directory, a bad format)."),
        ("127", "The program was not found."),
        ("N", "With --attach: the program's own exit code; 128 + N when signal N ended it."),
        ("130, 143", "With --attach: let go of the program after SIGINT, SIGTERM."),
        ("141", "With --attach: nobody reads stdout any more; let go of the program."),
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        bool isTied = arguments.GetValue(_tied);
        bool isAttached = isTied || arguments.GetValue(_attach);
        ProcessSpec spec = Spec(arguments, isTied, isAttached);
        if (OperatingSystem.IsLinux())
        {
            spec = spec with { Unix = _unix.Read(arguments) };
        }
        else
        {
            _unix.RefuseAll(arguments);
        }

        TetheredProcess process = await TetheredProcess.StartAsync(spec, cancellationToken).ConfigureAwait(false);
        await using (process.ConfigureAwait(false))
        {
            if (isAttached)
            {
                Attachment attachment = new(process) { ClosesInput = true, IsTied = isTied, StandardOutputStart = 0, StandardErrorStart = 0 };
                return await attachment.RunAsync().ConfigureAwait(false);
            }

            if (_streams.GivesOutputAway(arguments.CommandResult))
            {
                // This stdout is the program's: it gets nothing of ours.
            }
            else if (arguments.GetValue(_json))
            {
                CliJson.Write(RecordJson.Of(process.GetRecord()));
            }
            else
            {
                StandardStreams.WriteLine(process.Name);
            }

            return ExitCode.Success;
        }
    }

    private ProcessSpec Spec(ParseResult arguments, bool isTied, bool isAttached) => _streams.AddTo(arguments, new(arguments.GetRequiredValue(_program), arguments.GetValue(_arguments) ?? [])
    {
        Name = arguments.GetValue(_name),
        WorkingDirectory = arguments.GetValue(_directory),
        Environment = Variables(arguments.GetValue(_environment) ?? []),
        InheritEnvironment = !arguments.GetValue(_clearEnvironment),
        Lifetime = isTied ? ProcessLifetime.TiedToLauncher : ProcessLifetime.Detached,
        OutputWindow = arguments.GetValue(_window) ?? ProcessSpec.DefaultOutputWindow,
        WhenFull = arguments.GetValue(_whenFull) is { } word ? Words.ToPolicy(word) : isAttached ? WindowFullPolicy.Block : WindowFullPolicy.DropOldest,
        StopGrace = arguments.GetValue(_grace) ?? TimeSpan.FromSeconds(10),
    });

    private static Dictionary<string, string?> Variables(string[] settings)
    {
        Dictionary<string, string?> variables = [];
        foreach (string setting in settings)
        {
            int equals = setting.IndexOf('=');
            if (equals <= 0)
            {
                throw new ArgumentException($"'{setting}' sets no variable: use -e NAME=VALUE.");
            }

            variables[setting[..equals]] = setting[(equals + 1)..];
        }

        return variables;
    }
}
