using Tether.EndToEnd.Tests.Start;

namespace Tether.EndToEnd.Tests.Cli;

public sealed class RunUnixTests
{
    [Fact]
    public async Task Run_UnixOptions_AreTheProgramsAndCoverEachOther()
    {
        await using TestHome home = new();
        (await home.CliAsync(
            "run", "-n", "x", "--umask", "027", "--nice", "7", "--limit", "nofile=1:2", "--limit", "NOFILE=100:200", "--limit", "data=unlimited", "--no-core",
            "--ignore-signal", "PIPE", "--ignore-signal", "HUP", "--oom-score", "300", "--argv0", "other", "cat")).Succeeded();
        await using (TetheredProcess cat = await home.AttachAsync("x"))
        {
            await Detachment.AssertAnswersAsync(home, cat);
        }

        int pid = home.Record("x").ProcessId;
        Assert.Equal("0027", ProcInfo.Status(pid, "Umask"));
        Assert.Equal((1UL << 12) | 1, ProcInfo.Signals(pid, "SigIgn"));
        Assert.Matches(@"Max open files +100 +200 ", ProcInfo.Limits(pid));
        Assert.Matches(@"Max core file size +0 ", ProcInfo.Limits(pid));
        Assert.Equal("300\n", await File.ReadAllTextAsync($"/proc/{pid}/oom_score_adj", home.Bound));
        Assert.Equal("other\0", await File.ReadAllTextAsync($"/proc/{pid}/cmdline", home.Bound));
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task Run_User_HasItsIdsAndGroups()
    {
        await using TestHome home = new();
        string script = "echo $(id -u) $(id -g) $(id -G)";
        Assert.Equal("65534 65534 65534\n", (await home.CliAsync("run", "-a", "-C", "/", "--user", "nobody", "sh", "-c", script)).Succeeded());
        Assert.Equal("54321 65534 65534\n", (await home.CliAsync("run", "-a", "-C", "/", "--user", "54321", "--group", "nogroup", "sh", "-c", script)).Succeeded());
        Assert.Equal("-5\n", (await home.CliAsync("run", "-a", "--nice", "-5", "nice")).Succeeded());
    }

    [Theory]
    [InlineData("--umask", "899", "'899' is no umask")]
    [InlineData("--nice", "20", "from -20")]
    [InlineData("--nice", "much", "'much' is no number")]
    [InlineData("--limit", "nofile", "'nofile' is no limit")]
    [InlineData("--limit", "files=3", "'files=3' is no limit")]
    [InlineData("--limit", "nofile=5:4", "above its hard limit")]
    [InlineData("--ignore-signal", "KILL", "cannot be ignored")]
    [InlineData("--user", "no-such-user", "no user 'no-such-user'")]
    [InlineData("--user", "54321", "group must be given")]
    [InlineData("--group", "nogroup", "--group needs --user")]
    [InlineData("--oom-score", "1001", "from -1000")]
    public async Task Run_UnixOptionThatCannotBe_Is2AndSaysWhy(string option, string value, string why)
    {
        await using TestHome home = new();
        (await home.CliAsync("run", option, value, "true")).Failed(2, why);
    }

    [Fact]
    public async Task Run_LimitThatTheSystemRefuses_Is125AndNamesIt()
    {
        await using TestHome home = new();
        (await home.CliAsync("run", "--limit", "nofile=unlimited", "true")).Failed(125, "the limit NoFile of unlimited");
        Assert.Empty(await home.ListAsync());
    }
}
