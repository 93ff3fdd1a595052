using Tether.EndToEnd.Tests.Platform;
using Tether.EndToEnd.Tests.Start;

namespace Tether.EndToEnd.Tests.Cli;

public sealed class ControlTests
{
    [Fact]
    public async Task Wait_Program_ExitsWithItsCodeNowAndLater()
    {
        await using TestHome home = new();
        await home.CliAsync("run", "-n", "seven", "sh", "-c", "read x; exit 7");
        using CliProcess wait = home.StartCli("wait", "seven");
        (await home.CliAsync("send", "seven", "go")).Succeeded();
        Assert.Equal(new(7, "", ""), Plain(await wait.EndAsync()));
        Assert.Equal(new(7, "", ""), Plain(await home.CliAsync("wait", "seven")));
    }

    [Fact]
    public async Task Wait_TimeoutOnARunningProgram_Is124()
    {
        await using TestHome home = new();
        await home.CliAsync("run", "-n", "sleeper", "sleep", "600");
        (await home.CliAsync("wait", "--timeout", "0.05", "sleeper")).Failed(124, "'sleeper' still runs after 0.05 seconds");
        Assert.Equal(ProcessState.Running, home.Record("sleeper").State);
    }

    [Fact]
    public async Task Signal_ByNameAndNumber_ReachesTheProgram()
    {
        await using TestHome home = new();
        await using TetheredProcess program = await home.StartAsync(new ProcessSpec("sh", "-c", "trap 'echo usr1' USR1; trap 'echo hup; exit 0' HUP; echo ready; while :; do sleep 600 & wait; done") { Name = "trap" });
        using CliProcess logs = home.StartCli("logs", "-f", "--stdout", "trap");
        Assert.Equal("ready\n", await logs.ReadLineAsync());
        (await home.CliAsync("signal", "trap", "SIGUSR1")).Succeeded();
        Assert.Equal("usr1\n", await logs.ReadLineAsync());
        (await home.CliAsync("signal", "trap", "1")).Succeeded();
        Assert.Equal("hup\n", await logs.ReadLineAsync());
    }

    [Fact]
    public async Task Signal_Tree_ReachesWhatCameFromTheProgram()
    {
        await using TestHome home = new();
        await using TetheredProcess program = await home.StartAsync(new ProcessSpec("sh", "-c", "trap : TERM; sleep 600; echo $?") { Name = "tree" });
        using CliProcess logs = home.StartCli("logs", "-f", "--stdout", "tree");
        await ChildrenAsync(home, program.Id);
        (await home.CliAsync("signal", "tree", "TERM", "--tree")).Succeeded();
        Assert.Equal("143\n", await logs.ReadLineAsync());
    }

    [Fact]
    public async Task Signal_ThatDoesNotExist_IsAnError()
    {
        await using TestHome home = new();
        await home.CliAsync("run", "-n", "sleeper", "sleep", "600");
        (await home.CliAsync("signal", "sleeper", "SIGNONSENSE")).Failed(2, "There is no signal 'SIGNONSENSE'");
        (await home.CliAsync("signal", "sleeper", "65")).Failed(2, "There is no signal '65'");
    }

    [Fact]
    public async Task Signal_EndedProgram_IsAnError()
    {
        await using TestHome home = new();
        await home.CliAsync("run", "-a", "-n", "ended", "true");
        (await home.CliAsync("signal", "ended", "TERM")).Failed(1, "'ended' has ended");
    }

    [Fact]
    public async Task Stop_RunningThenEndedProgram_PrintsNothing()
    {
        await using TestHome home = new();
        await using (TetheredProcess process = await home.StartAsync(new ProcessSpec("cat") { Name = "sleeper" }))
        {
            // A program that answers is one that can be asked to end.
            await Detachment.AssertAnswersAsync(home, process);
        }

        Assert.Equal("", (await home.CliAsync("stop", "sleeper")).Succeeded());
        ProcessExitStatus exit = home.Record("sleeper").Exit!;
        TestSystem.Current.AssertStopped(exit);
        Assert.Equal(exit.ExitCode, (await home.CliAsync("wait", "sleeper")).ExitCode);
        Assert.Equal("", (await home.CliAsync("stop", "sleeper")).Succeeded());
    }

    [Fact]
    public async Task Stop_ProgramThatIgnoresTheRequest_KillsItAfterTheGrace()
    {
        await using TestHome home = new();
        await using TetheredProcess program = await home.StartAsync(new ProcessSpec("sh", "-c", "trap '' TERM; echo ready; while :; do read x || sleep 600; done") { Name = "deaf" });
        using CliProcess logs = home.StartCli("logs", "-f", "--stdout", "deaf");
        Assert.Equal("ready\n", await logs.ReadLineAsync());
        (await home.CliAsync("stop", "--grace", "0.1", "deaf")).Succeeded();
        Assert.Equal(128 + 9, (await home.CliAsync("wait", "deaf")).ExitCode);
    }

    [Fact]
    public async Task Kill_Program_EndsItAtOnce()
    {
        await using TestHome home = new();
        await home.CliAsync("run", "-n", "sleeper", "sleep", "600");
        Assert.Equal("", (await home.CliAsync("kill", "sleeper")).Succeeded());
        Assert.Equal("SIGKILL", home.Record("sleeper").Exit!.SignalName);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("logs")]
    [InlineData("wait")]
    [InlineData("send")]
    [InlineData("attach")]
    [InlineData("stop")]
    [InlineData("kill")]
    [InlineData("rm")]
    public async Task AnyCommand_UnknownOrInvalidName_IsAnError(string command)
    {
        await using TestHome home = new();
        (await home.CliAsync(command, "nobody")).Failed(1, "There is no program 'nobody'");
        (await home.CliAsync(command, "no/body")).Failed(2, "The name 'no/body' cannot be used: it contains '/'");
    }

    private static (int ExitCode, string Output, string Error) Plain(CliResult result) => (result.ExitCode, result.Output, result.Error);

    /// <summary>Returns when the process has a child that has become another program than its parent.</summary>
    private static async Task ChildrenAsync(TestHome home, int pid)
    {
        while (true)
        {
            home.Bound.ThrowIfCancellationRequested();
            string child = (await File.ReadAllTextAsync($"/proc/{pid}/task/{pid}/children", home.Bound)).Trim();
            if (child.Length > 0 && (await File.ReadAllTextAsync($"/proc/{child}/comm", home.Bound)).Trim() == "sleep")
            {
                return;
            }

            await Task.Yield();
        }
    }
}
