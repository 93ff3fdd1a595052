using System.CommandLine;
using Tether.Cli.Completion;

namespace Tether.Cli.Commands;

internal sealed class CompletionCommand : TetherCommand
{
    private readonly Argument<string> _shell = new("SHELL") { Description = "bash, zsh or powershell." };

    public CompletionCommand()
        : base("completion", "Print a script that lets a shell complete commands, options, names and signals.")
    {
        _shell.AcceptOnlyFromAmong([.. CompletionScripts.Shells]);
        Arguments.Add(_shell);
    }

    internal override string Group => Groups.TidyUp;

    internal override string Synopsis => string.Join('|', CompletionScripts.Shells);

    internal override IReadOnlyList<(string Line, string Meaning)> Examples =>
    [
        ("source <(tether completion bash)", "In ~/.bashrc."),
        ("source <(tether completion zsh)", "In ~/.zshrc, after compinit."),
        ("tether completion powershell | Out-String | Invoke-Expression", "In $PROFILE."),
    ];

    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        StandardStreams.WriteText(StandardStreams.Output, CompletionScripts.Of(arguments.GetRequiredValue(_shell)));
        return Task.FromResult(ExitCode.Success);
    }
}
