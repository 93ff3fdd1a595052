using System.Text;

namespace Tether.EndToEnd.Tests;

public sealed class StartTests
{
    [Fact]
    public async Task StartAsync_ProgramThatWritesAndExits_IsReadToItsEnd()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "echo out; echo err >&2; exit 7");
        using StreamReader reader = new(process.StandardOutput.OpenRead());
        Assert.Equal("out\n", await reader.ReadToEndAsync(home.Bound));
        using StreamReader error = new(process.StandardError.OpenRead());
        Assert.Equal("err\n", await error.ReadToEndAsync(home.Bound));
        ProcessExitStatus exit = await process.WaitForExitAsync(home.Bound);
        Assert.Equal(7, exit.ExitCode);
        Assert.True(exit.OutputComplete);
    }

    [Fact]
    public async Task StandardInput_WrittenAndCompleted_ReachesTheProgram()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        await process.StandardInput.WriteAsync(Encoding.UTF8.GetBytes("hello\n"), home.Bound);
        await process.StandardInput.CompleteAsync(home.Bound);
        List<string> lines = [];
        await foreach (string line in process.StandardOutput.ReadLinesAsync(home.Bound))
        {
            lines.Add(line);
        }

        Assert.Equal(["hello"], lines);
        Assert.Equal(0, (await process.WaitForExitAsync(home.Bound)).ExitCode);
    }
}
