using Tether.EndToEnd.Tests;
using Tether.EndToEnd.Tests.Cli;

namespace Tether.WineTests;

/// <summary>What of the command line cannot be on Windows: it is said by name, with a way out, and starts nothing.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--nice is for programs on Unix", "--nice", "3")]
    [InlineData("--umask is for programs on Unix", "--umask", "022")]
    [InlineData("--no-core is for programs on Unix", "--no-core")]
    [InlineData("--fd: Windows does not pass on descriptors by number.", "--fd", "3")]
    public async Task Run_OptionForUnix_IsRefusedByName(string message, params string[] options)
    {
        await using TestHome home = new();
        (await home.CliAsync(["run", .. options, "cat"])).Failed(125, message);
        Assert.Empty(await home.ListAsync());
    }

    [Fact]
    public async Task Run_NullDevice_IsWindowsOwnToo()
    {
        await using TestHome home = new();
        (await home.CliAsync("run", "-n", "null", "-a", "--stdin", "nul", "--stdout", "NUL", "cat")).Succeeded();
        Assert.Equal(ProcessStream.Null, home.Record("null").StandardOutput.Target);
    }
}
