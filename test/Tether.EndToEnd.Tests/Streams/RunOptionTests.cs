using System.Text.Json;
using Tether.EndToEnd.Tests.Cli;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.Streams;

/// <summary>The options of <c>tether run</c> for streams, and how <c>show</c> tells of them.</summary>
public sealed class RunOptionTests
{
    [Fact]
    public async Task Run_FilesForAllStreams_AreUsedAndShown()
    {
        await using TestHome home = new();
        using ScratchDirectory files = new();
        files.Make("in", "x\n");
        files.Make("out", "old\n");
        CliResult result = await home.ShellAsync(
            $"cd {files.Path}; tether run -n x --stdin in --stdout out --append --stderr err sh -c 'cat; echo err >&2' && tether wait x");
        Assert.Equal("x\n", result.Succeeded());
        Assert.Equal("old\nx\n", await File.ReadAllTextAsync(files["out"], home.Bound));
        Assert.Equal("err\n", await File.ReadAllTextAsync(files["err"], home.Bound));
        string shown = (await home.CliAsync("show", "x")).Succeeded();
        Assert.Contains($"stdin:     from the file {files["in"]}\n", shown, StringComparison.Ordinal);
        Assert.Contains($"stdout:    at the end of the file {files["out"]}\n", shown, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse((await home.CliAsync("show", "x", "--json")).Succeeded());
        JsonElement output = json.RootElement.GetProperty("stdout");
        Assert.False(output.GetProperty("open").GetBoolean());
        JsonElement redirection = output.GetProperty("redirection");
        Assert.Equal("file", redirection.GetProperty("kind").GetString());
        Assert.Equal(files["out"], redirection.GetProperty("path").GetString());
        Assert.True(redirection.GetProperty("append").GetBoolean());
    }

    [Fact]
    public async Task Run_Merge_IsOneStreamInOrder()
    {
        await using TestHome home = new();
        Assert.Equal(
            "1\n2\n3\n", (await home.CliAsync("run", "-n", "x", "-a", "--merge", "sh", "-c", "echo 1; echo 2 >&2; echo 3")).Succeeded());
        Assert.Contains("stderr:    merged into stdout\n", (await home.CliAsync("show", "x")).Succeeded(), StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse((await home.CliAsync("show", "x", "--json")).Succeeded());
        Assert.False(json.RootElement.GetProperty("stdout").TryGetProperty("redirection", out _));
        Assert.Equal("merged", json.RootElement.GetProperty("stderr").GetProperty("redirection").GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Run_AttachedWithInputFromElsewhere_LeavesThisInputAlone()
    {
        await using TestHome home = new();
        CliResult result = await home.ShellAsync("printf 'mine\\n' | { tether run -a --stdin /dev/null cat; cat; }");
        Assert.Equal("mine\n", result.Succeeded());
        result = await home.ShellAsync("printf '1\\n2\\n' | { tether run -a --stdin - sh -c 'read line; echo got $line'; }");
        Assert.Equal("got 1\n", result.Succeeded());
    }

    [Fact]
    public async Task Run_FileThatCannotBeOpened_Is125AndLeavesNothing()
    {
        await using TestHome home = new();
        CliResult result = await home.CliAsync("run", "--stdin", "/nowhere/in", "cat");
        result.Failed(125, $"its standard input cannot be '{Path.GetFullPath("/nowhere/in")}': ");
        (await home.CliAsync("run", "--stdout", "/nowhere/out", "cat")).Failed(125, "its directory does not exist");
        (await home.CliAsync("run", "--stderr", TestSystem.Current.AnyDirectory, "cat")).Failed(125, "it is a directory");
        Assert.Empty(await home.ListAsync());
    }

    [Theory]
    [InlineData("--append needs --stdout FILE or --stderr FILE", "run", "--append", "true")]
    [InlineData("--append needs --stdout FILE or --stderr FILE", "run", "--append", "--stdout", "-", "true")]
    [InlineData("--merge cannot be combined with --stderr", "run", "--merge", "--stderr", "f", "true")]
    [InlineData("--json cannot be combined with '--stdout -'", "run", "--json", "--stdout", "-", "true")]
    [InlineData("Use ProcessStream.Forward ('-' on the command line)", "run", "--stdout", "/dev/stdout", "true")]
    [InlineData("--stdin needs a value: FILE", "run", "--stdin")]
    public async Task Run_WrongCombination_Is2(string message, params string[] arguments)
    {
        await using TestHome home = new();
        (await home.CliAsync(arguments)).Failed(2, message);
    }
}
