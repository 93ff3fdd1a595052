namespace Tether.EndToEnd.Tests.Cli;

public sealed class CompletionTests
{
    [Theory]
    [InlineData("tether l", "logs")]
    [InlineData("tether --v", "--version")]
    [InlineData("tether logs fi", "first")]
    [InlineData("tether signal first us", "USR1 USR2")]
    [InlineData("tether run --w", "--when-full --window")]
    [InlineData("tether run --when-full b", "block")]
    [InlineData("tether run -n x sha256su", "sha256sum")]
    [InlineData("tether run -C /us", "/usr")]
    [InlineData("tether run cat /etc/passw", "/etc/passwd")]
    [InlineData("tether completion z", "zsh")]
    [InlineData("tether do", "doctor")]
    [InlineData("tether who /etc/passw", "/etc/passwd")]
    [InlineData("tether rm fi", "")]
    public async Task Bash_Words_AreCompleted(string line, string expected)
    {
        await using TestHome home = new();
        await home.CliAsync("run", "-n", "first", "sleep", "600");
        CliResult result = await home.ShellAsync(
            $"source <(tether completion bash); COMP_WORDS=({line}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _tether; printf '%s\\n' \"${{COMPREPLY[@]}}\" | LC_ALL=C sort -u | grep -vx '/etc/passwd-' | paste -sd ' '");
        Assert.Equal(expected + "\n", result.Succeeded());
    }

    [Fact]
    public async Task Bash_Script_BindsTheCommand()
    {
        await using TestHome home = new();
        Assert.Equal("complete -F _tether tether\n", (await home.ShellAsync("source <(tether completion bash); complete -p tether")).Succeeded());
    }

    [Theory]
    [InlineData("tether l", "logs")]
    [InlineData("tether logs fi", "first")]
    [InlineData("tether signal first us", "USR1 USR2")]
    [InlineData("tether run cat \"\"", ":files")]
    public async Task Zsh_Words_AreCompleted(string line, string expected)
    {
        if (!HasZsh)
        {
            return;
        }

        await using TestHome home = new();
        await home.CliAsync("run", "-n", "first", "sleep", "600");
        string script = $$"""
            compadd() { shift; print -r -- "$@" }
            _files() { print -r -- :files }
            source <(tether completion zsh)
            words=({{line}})
            CURRENT=${#words}
            _tether
            """;
        Assert.Equal(expected + "\n", (await home.ShellAsync($"zsh -f -c '{script}'")).Succeeded());
    }

    [Fact]
    public async Task Zsh_Script_BindsTheCommand()
    {
        if (!HasZsh)
        {
            return;
        }

        await using TestHome home = new();
        CliResult result = await home.ShellAsync("zsh -f -c 'autoload -U compinit; compinit -D -u; source <(tether completion zsh); print $_comps[tether]'");
        Assert.Equal("_tether\n", result.Succeeded());
    }

    /// <summary>What the script for PowerShell asks: the word at the cursor may be empty, which Windows PowerShell would lose.</summary>
    [Theory]
    [InlineData("=l", new string[0], "logs\n")]
    [InlineData("=", new[] { "logs" }, "first\n")]
    [InlineData("=us", new[] { "signal", "first" }, "USR1\nUSR2\n")]
    [InlineData("=p", new[] { "completion" }, "powershell\n")]
    public async Task Complete_WordGivenApart_IsCompleted(string word, string[] before, string expected)
    {
        await using TestHome home = new();
        await home.CliAsync("run", "-n", "first", "sleep", "600");
        Assert.Equal(expected, (await home.CliAsync(["__complete", "--word", word, "--", .. before])).Succeeded());
    }

    [Fact]
    public async Task PowerShell_Script_BindsTheCommandAndAsksIt()
    {
        await using TestHome home = new();
        string script = (await home.CliAsync("completion", "powershell")).Succeeded();
        Assert.Contains("Register-ArgumentCompleter -Native -CommandName tether", script, StringComparison.Ordinal);
        Assert.Contains("__complete --word \"=$word\" -- $before", script, StringComparison.Ordinal);
    }

    /// <summary>A bare machine has bash, and perhaps no zsh; the project's own CI has both.</summary>
    private static bool HasZsh => File.Exists("/usr/bin/zsh") || File.Exists("/bin/zsh");
}
