using System.Text.Json;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.Cli;

public sealed class RunTests
{
    [Fact]
    public async Task Run_Program_PrintsItsNameAloneOnALineAndReturns()
    {
        await using TestHome home = new();
        Assert.Equal("sleeper\n", (await home.CliAsync("run", "-n", "sleeper", "sleep", "600")).Succeeded());
        Assert.Equal(ProcessState.Running, home.Record("sleeper").State);
    }

    [Fact]
    public async Task Run_WithoutName_MakesOneFromTheProgram()
    {
        await using TestHome home = new();
        Assert.Matches("^true-[a-z0-9]{6}\n$", (await home.CliAsync("run", "true")).Succeeded());
    }

    [Fact]
    public async Task Run_OptionsBehindProgram_BelongToTheProgram()
    {
        await using TestHome home = new();
        await home.CliAsync("run", "-n", "x", "printf", "[%s]", "-a", "--json", "--", "-n", "y", "--help", "");
        await home.CliAsync("wait", "x");
        Assert.Equal("[-a][--json][--][-n][y][--help][]", (await home.CliAsync("logs", "x")).Succeeded());
    }

    [Fact]
    public async Task Run_ArgumentsThatLookLikeResponseFilesAndDirectives_AreNoSuchThing()
    {
        await using TestHome home = new();
        Assert.Equal("[@/etc/passwd][[suggest]][/h]", (await home.CliAsync("run", "-a", "printf", "[%s]", "@/etc/passwd", "[suggest]", "/h")).Succeeded());
    }

    [Fact]
    public async Task Run_ArgumentThatIsNoUtf8_ReachesTheProgramByteForByte()
    {
        await using TestHome home = new();
        CliResult result = await home.ShellAsync(@"tether run -a -- printf '%s.' $'a\xffz' $'\xc3\xa4' $'\xed\xa0\x80' ''");
        Assert.Equal<byte>([0x61, 0xff, 0x7a, 0x2e, 0xc3, 0xa4, 0x2e, 0xed, 0xa0, 0x80, 0x2e, 0x2e], result.OutputBytes);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task Run_Environment_SetsAndClears()
    {
        await using TestHome home = new();
        Assert.Equal("A=1\nB=x=y z\n", (await home.CliAsync("run", "-a", "--clear-env", "-e", "A=1", "-e", "B=x=y z", "--", "env")).Succeeded());
        (await home.CliAsync("run", "-e", "novalue", "true")).Failed(2, "'novalue' sets no variable");
    }

    [Fact]
    public async Task Run_Directory_IsTheWorkingDirectory()
    {
        await using TestHome home = new();
        string directory = TestSystem.Current.AnyDirectory;
        Assert.Equal(directory + "\n", (await home.CliAsync("run", "-a", "-C", directory, "pwd")).Succeeded());
        (await home.CliAsync("run", "-C", "/nowhere", "pwd")).Failed(125, "nowhere");
    }

    [Fact]
    public async Task Run_Json_PrintsTheRecord()
    {
        await using TestHome home = new();
        using JsonDocument json = JsonDocument.Parse((await home.CliAsync(
            "run", "--json", "-n", "j", "--window", "64K", "--when-full", "spill", "--grace", "2.5", "sleep", "600")).Succeeded());
        JsonElement record = json.RootElement;
        Assert.Equal("j", record.GetProperty("name").GetString());
        Assert.Equal("running", record.GetProperty("state").GetString());
        Assert.Equal(home.Record("j").ProcessId, record.GetProperty("pid").GetInt32());
        Assert.Equal(65536, record.GetProperty("outputWindow").GetInt64());
        Assert.Equal("spill", record.GetProperty("whenFull").GetString());
        Assert.Equal(TimeSpan.FromSeconds(2.5), home.Record("j").StopGrace);
    }

    public static TheoryData<int, string, string> Impossible => new()
    {
        { 127, "nowhere-to-be-found", "no directory of PATH" },
        { 127, "/nowhere/prog", "there is no such file" },
        { 126, TestSystem.Current.FileThatIsNoProgram.Path, TestSystem.Current.FileThatIsNoProgram.Reason },
        { 126, TestSystem.Current.AnyDirectory, "it is a directory" },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public async Task Run_ProgramThatCannotBeStarted_SaysWhyAndLeavesNoRecord(int code, string program, string reason)
    {
        await using TestHome home = new();
        CliResult result = await home.CliAsync("run", program);
        result.Failed(code, reason);
        Assert.Contains($"'{program}'", result.Error, StringComparison.Ordinal);
        Assert.Empty(await home.ListAsync());
    }

    [Fact]
    public async Task Run_FileOfUnknownFormat_Is126()
    {
        await using TestHome home = new();
        using ScratchFile file = new("not a program");
        CliResult result = await home.ShellAsync($"chmod +x {file.Path} && tether run {file.Path}");
        result.Failed(126, "no program for this system");
    }

    [Fact]
    public async Task Run_NameInUse_Is125()
    {
        await using TestHome home = new();
        await home.CliAsync("run", "-n", "one", "true");
        (await home.CliAsync("run", "-n", "one", "true")).Failed(125, "'one'");
    }

    [Theory]
    [InlineData("run")]
    [InlineData("run", "--window", "12X", "true")]
    [InlineData("run", "--when-full", "explode", "true")]
    [InlineData("run", "--json", "-a", "true")]
    [InlineData("run", "--nonsense", "true")]
    public async Task Run_WrongCommandLine_Is2(params string[] arguments)
    {
        await using TestHome home = new();
        (await home.CliAsync(arguments)).Failed(2, "'tether run --help' shows the usage.");
    }

    [Theory]
    [InlineData("PROGRAM is missing", "run")]
    [InlineData("-n needs a value: NAME", "run", "-n")]
    [InlineData("--when-full: Argument 'explode' not recognized. Must be one of: 'drop' 'block' 'spill'", "run", "--when-full", "explode", "true")]
    [InlineData("--grace: 'soon' is no time", "run", "--grace", "soon", "true")]
    [InlineData("A window of 1 bytes is not possible: it has 65536 (64K)", "run", "--window", "1", "true")]
    [InlineData("The name 'a/b' cannot be used", "run", "-n", "a/b", "true")]
    [InlineData("The program is an empty string", "run", "")]
    public async Task Run_WrongValue_Is2AndNamesIt(string message, params string[] arguments)
    {
        await using TestHome home = new();
        (await home.CliAsync(arguments)).Failed(2, message);
        Assert.Empty(await home.ListAsync());
    }

    [Fact]
    public async Task Run_PathTooLongForASocket_SaysSoWithOneErrorNumber()
    {
        await using TestHome home = new();
        CliResult result = await home.ShellAsync($"TETHER_HOME={home.Path}/{new string('d', 100)} tether run -n far true");
        result.Failed(125, "or set TETHER_HOME to a shorter directory (errno 36).\n");
    }
}
