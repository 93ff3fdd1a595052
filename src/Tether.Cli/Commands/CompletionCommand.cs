using System.CommandLine;
using Tether.Cli.Completion;

namespace Tether.Cli.Commands;

internal sealed class CompletionCommand : TetherCommand
{
    private readonly Argument<string> _shell = new("SHELL") { Description = "bash or zsh." };

    public CompletionCommand()
        : base("completion", "Print a script that lets a shell complete commands, options, names and signals.")
    {
        _shell.AcceptOnlyFromAmong("bash", "zsh");
        Arguments.Add(_shell);
    }

    internal override string Group => Groups.TidyUp;

    internal override string Synopsis => "bash|zsh";

    internal override IReadOnlyList<(string Line, string Meaning)> Examples =>
    [
        ("source <(tether completion bash)", "In ~/.bashrc."),
        ("source <(tether completion zsh)", "In ~/.zshrc, after compinit."),
    ];

    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string script = arguments.GetRequiredValue(_shell) == "bash" ? CompletionScripts.Bash : CompletionScripts.Zsh;
        StandardStreams.WriteText(StandardStreams.Output, script);
        return Task.FromResult(ExitCode.Success);
    }
}
