namespace Tether.EndToEnd.Tests.Cli;

public sealed class HelpTests
{
    [Fact]
    public async Task Version_Option_PrintsTheVersion()
    {
        await using TestHome home = new();
        Assert.Matches(@"^tether \d+\.\d+\.\d+\S*\n$", (await home.CliAsync("--version")).Succeeded());
    }

    [Fact]
    public async Task Help_Tool_NamesEveryCommandWithAnExample()
    {
        await using TestHome home = new();
        string help = (await home.CliAsync("--help")).Succeeded();
        foreach (string command in (string[])["run", "attach", "ps", "show", "logs", "send", "wait", "signal", "stop", "kill", "doctor", "who", "rm", "completion"])
        {
            Assert.Contains($"\n  {command} ", help, StringComparison.Ordinal);
            Assert.Contains($"tether {command} ", help, StringComparison.Ordinal);
            string own = (await home.CliAsync(command, "--help")).Succeeded();
            Assert.Contains($"Usage: tether {command} ", own, StringComparison.Ordinal);
            Assert.Contains("Examples:\n", own, StringComparison.Ordinal);
            Assert.All((help + own).Split('\n'), line => Assert.True(line.Length <= 100, line));
        }
    }

    [Theory]
    [InlineData("run", "127")]
    [InlineData("wait", "124")]
    [InlineData("doctor", "1")]
    [InlineData("who", "1")]
    public async Task Help_CommandsWithExitCodes_ListThem(string command, string code)
    {
        await using TestHome home = new();
        Assert.Matches($@"Exit codes:\n(.*\n)*  {code} ", (await home.CliAsync(command, "-h")).Succeeded());
    }

    [Fact]
    public async Task NoCommand_PrintsTheHelpOnStderr()
    {
        await using TestHome home = new();
        CliResult result = await home.CliAsync();
        Assert.Equal(2, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.Contains("Usage: tether COMMAND", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownCommandOrOption_Is2()
    {
        await using TestHome home = new();
        (await home.CliAsync("nonsense")).Failed(2, "there is no command 'nonsense'");
        (await home.CliAsync("ps", "--nonsense")).Failed(2, "'--nonsense'");
        (await home.CliAsync("wait", "--timeout", "soon", "x")).Failed(2, "'soon' is no time");
        (await home.CliAsync("logs", "--tail", "-1", "x")).Failed(2, "--tail: '-1' is no number: use 0 or more");
        (await home.CliAsync("logs", "--tail", "few", "x")).Failed(2, "--tail: 'few' is no number");
        (await home.CliAsync("logs", "--stdout", "--from", "start", "x")).Failed(2, "--from: 'start' is no number");
        (await home.CliAsync("completion", "fish")).Failed(2, "'fish'");
        (await home.CliAsync("signal", "x")).Failed(2, "SIGNAL is missing. 'tether signal --help'");
    }

    [Fact]
    public async Task UnsafeHome_IsAnErrorThatNamesIt()
    {
        await using TestHome home = new();
        CliResult result = await home.ShellAsync("chmod 755 \"$TETHER_HOME\"; tether ps; code=$?; chmod 700 \"$TETHER_HOME\"; exit $code");
        result.Failed(1, $"'{home.Path}' is not safe to use");
    }
}
