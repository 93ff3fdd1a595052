using System.CommandLine;
using Tether.Cli.Help;

namespace Tether.Cli.Commands;

/// <summary>The tool itself: its commands and the two options that are no command's. Not a <see cref="RootCommand"/>: that loads texts which we replace.</summary>
internal sealed class TetherRoot : Command
{
    private static readonly (string Name, Func<TetherCommand> Create)[] Known =
    [
        ("run", () => new RunCommand()), ("attach", () => new AttachCommand()),
        ("ps", () => new PsCommand()), ("show", () => new ShowCommand()), ("logs", () => new LogsCommand()),
        ("send", () => new SendCommand()), ("wait", () => new WaitCommand()), ("signal", () => new SignalCommand()),
        ("stop", () => new StopCommand()), ("kill", () => new KillCommand()),
        ("doctor", () => new DoctorCommand()), ("who", () => new WhoCommand()),
        ("rm", () => new RmCommand()), ("completion", () => new CompletionCommand()), (CompleteCommand.CommandName, () => new CompleteCommand()),
    ];

    /// <param name="wanted">The only command that is needed; all are made when it is null or none of them.</param>
    internal TetherRoot(string? wanted)
        : base("tether", "Start any program detached, with nothing inherited, and keep full control of it.")
    {
        bool isKnown = Array.Exists(Known, command => command.Name == wanted);
        foreach ((string name, Func<TetherCommand> create) in Known)
        {
            if (!isKnown || name == wanted)
            {
                Subcommands.Add(create());
            }
        }

        Options.Add(new Option<bool>("--help", "-h")
        {
            Description = "Show this help, or a command's.",
            Action = new ShowHelpAction(),
            Arity = ArgumentArity.Zero,
            Recursive = true,
        });
        Options.Add(new Option<bool>("--version") { Description = "Show the version.", Action = new VersionAction(), Arity = ArgumentArity.Zero });
    }
}
