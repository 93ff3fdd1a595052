using System.Globalization;
using System.Text.Json;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.Cli;

public sealed class RecordsTests
{
    [Fact]
    public async Task Ps_WithoutRecords_PrintsTheHeaderOrAnEmptyArray()
    {
        await using TestHome home = new();
        Assert.Equal("NAME  STATE  PID  STARTED  OUT  ERR  COMMAND\n", (await home.CliAsync("ps")).Succeeded());
        Assert.Equal("[]\n", (await home.CliAsync("ps", "--json")).Succeeded());
    }

    [Fact]
    public async Task Ps_RunningAndEnded_ListsTheEndedOnlyWithAll()
    {
        await using TestHome home = new();
        await home.CliAsync("run", "-n", "running", "sleep", "600");
        await home.CliAsync("run", "-a", "-n", "ended", "sh", "-c", "echo four; exit 3");
        string[] some = Lines(await home.CliAsync("ps"));
        Assert.Single(some, line => line.StartsWith("running ", StringComparison.Ordinal));
        Assert.DoesNotContain(some, line => line.StartsWith("ended ", StringComparison.Ordinal));

        string[] fields = Assert.Single(Lines(await home.CliAsync("ps", "-a")), line => line.StartsWith("ended ", StringComparison.Ordinal)).Split(' ', 8, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["ended", "exited", home.Record("ended").ProcessId.ToString(CultureInfo.InvariantCulture)], fields[..3]);
        Assert.Equal(["5", "0", "3"], fields[4..7]);
        Assert.EndsWith(TestSystem.Current.QuotedPathEnd("sh") + " -c 'echo four; exit 3'", fields[7], StringComparison.Ordinal);
    }

    /// <summary>Who is not the one to start the new keeper must not call its program lost.</summary>
    [Fact]
    public async Task Ps_ManyAtOnceAfterAKeeperWasKilled_NoneSaysLost()
    {
        await using TestHome home = new();
        (await home.CliAsync("run", "-n", "kept", "sleep", "600")).Succeeded();
        for (int i = 0; i < 100; i++)
        {
            using System.Diagnostics.Process keeper = System.Diagnostics.Process.GetProcessById(home.Record("kept").KeeperProcessId);
            keeper.Kill();
            CliResult[] lists = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => home.CliAsync("ps", "--json")));
            Assert.All(lists, list => Assert.Contains("\"state\":\"running\"", list.Succeeded(), StringComparison.Ordinal));
        }
    }

    /// <summary>At whichever step a command has no descriptor left: nothing is wrong with the record, and nobody is told to remove it.</summary>
    [Fact]
    public async Task Send_WithoutADescriptor_IsNoDamage()
    {
        await using TestHome home = new();
        (await home.CliAsync("run", "-n", "healthy", "cat")).Succeeded();
        CliResult result = await home.ShellAsync("for n in $(seq 6 16); do (ulimit -n $n; tether send healthy </dev/null 2>&1); done; exit 0");
        Assert.Contains("Too many open files", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("damaged", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("tether rm", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PsAndShow_Json_HaveTheDocumentedFields()
    {
        await using TestHome home = new();
        await home.CliAsync("run", "-n", "running", "-C", TestSystem.Current.AnyDirectory, "sleep", "600");
        using (CliProcess tied = home.StartCli("run", "-n", "killed", "--tied", "sh", "-c", "echo err >&2; echo out; exec sleep 600"))
        {
            Assert.Equal("out\n", await tied.ReadLineAsync());
            (await home.CliAsync("kill", "killed")).Succeeded();
            Assert.Equal(137, (await tied.EndAsync()).ExitCode);
        }

        using JsonDocument all = JsonDocument.Parse((await home.CliAsync("ps", "-a", "--json")).Succeeded());
        Assert.Equal(["killed", "running"], all.RootElement.EnumerateArray().Select(record => record.GetProperty("name").GetString()));
        foreach (JsonElement record in all.RootElement.EnumerateArray())
        {
            Assert.Equal(
                ["name", "state", "pid", "startTime", "keeperPid", "program", "arguments", "workingDirectory", "stdin", "stdout", "stderr", "exit", "lifetime", "outputWindow", "whenFull", "adoptions"],
                record.EnumerateObject().Select(field => field.Name));
        }

        using JsonDocument one = JsonDocument.Parse((await home.CliAsync("show", "running", "--json")).Succeeded());
        JsonElement running = one.RootElement;
        Assert.Equal("running", running.GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, running.GetProperty("exit").ValueKind);
        Assert.Equal(TestSystem.Current.AnyDirectory, running.GetProperty("workingDirectory").GetString());
        Assert.Equal(["600"], running.GetProperty("arguments").EnumerateArray().Select(argument => argument.GetString()));
        Assert.Equal("""{"position":0,"open":true}""", running.GetProperty("stdin").GetRawText());
        Assert.Equal("""{"start":0,"end":0,"open":true}""", running.GetProperty("stdout").GetRawText());
        Assert.Equal("detached", running.GetProperty("lifetime").GetString());
        Assert.Equal("drop", running.GetProperty("whenFull").GetString());

        JsonElement killed = all.RootElement[0];
        Assert.Equal("exited", killed.GetProperty("state").GetString());
        Assert.Equal(137, killed.GetProperty("exit").GetProperty("code").GetInt32());
        Assert.Equal("SIGKILL", killed.GetProperty("exit").GetProperty("signal").GetString());
        Assert.EndsWith("Z", killed.GetProperty("exit").GetProperty("time").GetString(), StringComparison.Ordinal);
        Assert.EndsWith("Z", killed.GetProperty("startTime").GetString(), StringComparison.Ordinal);
        Assert.Equal("""{"start":0,"end":4,"open":false}""", killed.GetProperty("stderr").GetRawText());
        Assert.Equal("tied", killed.GetProperty("lifetime").GetString());
        Assert.Equal("block", killed.GetProperty("whenFull").GetString());
    }

    [Fact]
    public async Task Show_Program_SaysWhatIsKnown()
    {
        await using TestHome home = new();
        await home.CliAsync("run", "-a", "-n", "ended", "sh", "-c", "exit 3");
        string text = (await home.CliAsync("show", "ended")).Succeeded();
        Assert.Contains("state:     exited\n", text, StringComparison.Ordinal);
        Assert.Contains("exit:      3 at ", text, StringComparison.Ordinal);
        Assert.Contains(TestSystem.Current.QuotedPathEnd("sh") + " -c 'exit 3'\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ps_DamagedRecord_IsListedAsLostAndCanBeRemoved()
    {
        await using TestHome home = new();
        await home.CliAsync("run", "-a", "-n", "damaged", "true");
        await home.CliAsync("run", "-a", "-n", "healthy", "true");
        File.WriteAllText(Path.Combine(home.Path, "damaged", "record.json"), "{\"version\":");
        string line = Assert.Single(Lines(await home.CliAsync("ps")), line => line.StartsWith("damaged ", StringComparison.Ordinal));
        Assert.Contains(" lost ", line, StringComparison.Ordinal);
        Assert.Contains("record.json", line, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse((await home.CliAsync("show", "damaged", "--json")).Succeeded());
        Assert.Contains("record.json", json.RootElement.GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.Contains("problem:", (await home.CliAsync("show", "damaged")).Succeeded(), StringComparison.Ordinal);
        (await home.CliAsync("logs", "damaged")).Failed(1, "'damaged' is damaged");
        Assert.Equal("", (await home.CliAsync("rm", "damaged")).Succeeded());
        Assert.Equal(["healthy"], (await home.ListAsync()).Select(record => record.Name));
    }

    [Fact]
    public async Task Rm_SeveralNames_RemovesWhatItCanAndSaysWhatItCannot()
    {
        await using TestHome home = new();
        await home.CliAsync("run", "-a", "-n", "one", "true");
        await home.CliAsync("run", "-a", "-n", "two", "true");
        await home.CliAsync("run", "-n", "running", "sleep", "600");
        (await home.CliAsync("rm", "one", "running", "two")).Failed(1, "'running' is running. Stop it first");
        Assert.Equal(["running"], (await home.ListAsync()).Select(record => record.Name));
    }

    [Fact]
    public async Task Rm_Ended_RemovesEveryEndedRecordAndNoOther()
    {
        await using TestHome home = new();
        await home.CliAsync("run", "-a", "-n", "one", "true");
        await home.CliAsync("run", "-a", "-n", "two", "false");
        await home.CliAsync("run", "-n", "running", "sleep", "600");
        Assert.Equal("", (await home.CliAsync("rm", "--ended")).Succeeded());
        Assert.Equal(["running"], (await home.ListAsync()).Select(record => record.Name));
        (await home.CliAsync("rm")).Failed(2, "give one or more NAMEs, or --ended");
    }

    [Fact]
    public async Task Ps_StdoutClosed_IsAnError()
    {
        await using TestHome home = new();
        CliResult result = await home.ShellAsync("tether ps >&-; echo $?");
        Assert.Equal("1\n", result.Output);
        Assert.Contains("tether: Writing standard output failed", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ps_OnATerminal_IsColouredUnlessNoColorIsSet()
    {
        await using TestHome home = new();
        await home.CliAsync("run", "-n", "running", "sleep", "600");
        const string escape = "\u001b[";
        Assert.Contains(escape, (await home.ShellAsync("TERM=xterm script -qec 'tether ps' /dev/null")).Output, StringComparison.Ordinal);
        string plain = (await home.ShellAsync("NO_COLOR=1 TERM=xterm script -qec 'tether ps' /dev/null")).Output;
        Assert.DoesNotContain(escape, plain, StringComparison.Ordinal);
        Assert.Contains("running", plain, StringComparison.Ordinal);
    }

    private static string[] Lines(CliResult result) => result.Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
