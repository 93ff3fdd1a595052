using System.Security.Cryptography;
using Tether.EndToEnd.Tests.Cli;
using Tether.EndToEnd.Tests.Keep;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.Streams;

/// <summary>
/// Kept programs that are joined by pipes. Of tst_qprocess: setStandardOutputProcess, also with merged output and a detached middle.
/// </summary>
[Trait("Conformance", "tst_qprocess")]
public sealed class PipelineTests
{
    [Fact]
    public async Task SetStandardOutputProcess_ThreePrograms_EachEndIsAttachedByName()
    {
        await using TestHome home = new();
        await LetGoAsync(await StartAsync(
            home, new("cat") { Name = "first" }, new("tr", "a-z", "A-Z") { Name = "middle" }, new("sort", "-r") { Name = "last" }));
        await using TetheredProcess first = await home.AttachAsync("first");
        await using TetheredProcess last = await home.AttachAsync("last");
        await first.StandardInput.WriteTextAsync("a\nc\nb\n", home.Bound);
        await first.StandardInput.CompleteAsync(home.Bound);
        Assert.Equal("C\nB\nA\n", await last.StandardOutput.ReadTextAsync(home.Bound));
        foreach (string name in (string[])["first", "middle", "last"])
        {
            await using TetheredProcess process = await home.AttachAsync(name);
            Assert.Equal(0, (await process.WaitForExitAsync(home.Bound)).ExitCode);
        }

        ProcessRecord middle = home.Record("middle");
        Assert.Equal((ProcessStreamKind.Process, "first"), (middle.StandardInput.Source.Kind, middle.StandardInput.Source.ProcessName));
        Assert.Equal((ProcessStreamKind.Process, "last"), (middle.StandardOutput.Target.Kind, middle.StandardOutput.Target.ProcessName));
        Assert.Equal((0, 0), (middle.StandardInput.Position, middle.StandardOutput.End));
    }

    [Fact]
    public async Task SetStandardOutputProcess_Merged_ErrorOutputGoesAlong()
    {
        await using TestHome home = new();
        IReadOnlyList<TetheredProcess> programs = await StartAsync(
            home,
            new("sh", "-c", "echo out; echo err >&2; echo out") { StandardError = ProcessStream.MergeIntoStandardOutput },
            new("cat"));
        Assert.Equal("out\nerr\nout\n", await programs[1].StandardOutput.ReadTextAsync(home.Bound));
        await LetGoAsync(programs);
    }

    [Fact]
    public async Task SetStandardOutputProcess_ErrorOutputs_AreKeptForEach()
    {
        await using TestHome home = new();
        IReadOnlyList<TetheredProcess> programs = await StartAsync(
            home, new("sh", "-c", "echo one >&2"), new("sh", "-c", "cat; echo two >&2"));
        Assert.Equal("one\n", await programs[0].StandardError.ReadTextAsync(home.Bound));
        Assert.Equal("two\n", await programs[1].StandardError.ReadTextAsync(home.Bound));
        await LetGoAsync(programs);
    }

    [Fact]
    public async Task SetStandardOutputProcess_LastEnds_WriterGetsSigpipe()
    {
        await using TestHome home = new();
        IReadOnlyList<TetheredProcess> programs = await StartAsync(home, new("yes"), new("head", "-n1"));
        Assert.Equal("y\n", await programs[1].StandardOutput.ReadTextAsync(home.Bound));
        TestSystem.Current.AssertEndedByClosedPipe(await programs[0].WaitForExitAsync(home.Bound));
        await LetGoAsync(programs);
    }

    [Fact]
    public async Task SetStandardOutputProcess_LastEndsAtOnce_IsNoErrorOfTheStart()
    {
        await using TestHome home = new();
        IReadOnlyList<TetheredProcess> programs = await StartAsync(home, new("yes"), new("sh", "-c", "exec 0<&-; exit 4"));
        Assert.Equal(4, (await programs[1].WaitForExitAsync(home.Bound)).ExitCode);
        TestSystem.Current.AssertEndedByClosedPipe(await programs[0].WaitForExitAsync(home.Bound));
        await LetGoAsync(programs);
    }

    [Fact]
    public async Task SetStandardOutputProcess_FirstIsKilled_ReaderGetsTheEnd()
    {
        await using TestHome home = new();
        IReadOnlyList<TetheredProcess> programs = await StartAsync(home, new("sh", "-c", "echo half; exec sleep 600"), new("cat"));
        await Waits.OutputReachesAsync(programs[1], OutputStream.StandardOutput, 5, home.Bound);
        await programs[0].KillAsync(home.Bound);
        Assert.Equal("half\n", await programs[1].StandardOutput.ReadTextAsync(home.Bound));
        Assert.Equal(0, (await programs[1].WaitForExitAsync(home.Bound)).ExitCode);
        await LetGoAsync(programs);
    }

    [Fact]
    public async Task SetStandardOutputProcess_EveryKeeperIsKilled_BytesStillPassFromProgramToProgram()
    {
        await using TestHome home = new();
        using ScratchDirectory files = new();
        string go = files["go"];
        await using TetheredProcess mkfifo = await home.StartAsync("mkfifo", go);
        await mkfifo.WaitForExitAsync(home.Bound);
        IReadOnlyList<TetheredProcess> programs = await StartAsync(
            home,
            new("sh", "-c", "read line < \"$0\"; echo \"$line\"", go) { StandardInput = ProcessStream.Null },
            new("cat"),
            new("sh", "-c", "cat > \"$0.part\"; mv \"$0.part\" \"$0\"", files["out"]));
        foreach (TetheredProcess program in programs)
        {
            Waits.Kill(program.KeeperId);
            await Waits.ProcessIsGoneAsync(program.KeeperId, home.Bound);
        }

        await File.WriteAllTextAsync(go, "after the keepers\n", home.Bound);
        await Waits.UntilAsync(() => File.Exists(files["out"]), home.Bound);
        Assert.Equal("after the keepers\n", await File.ReadAllTextAsync(files["out"], home.Bound));
        foreach (TetheredProcess program in programs)
        {
            await Waits.ProcessIsGoneAsync(program.Id, home.Bound);
        }

        await LetGoAsync(programs);
    }

    [Fact]
    public async Task SetStandardOutputProcess_ManyMegabytes_ArriveUnchanged()
    {
        await using TestHome home = new();
        const int length = (1 << 24) + 1;
        IReadOnlyList<TetheredProcess> programs = await StartAsync(
            home, KeptTestProgram.Spec("pattern", length.ToString(), "5"), new("cat"), new("sha256sum"));
        byte[] pattern = new byte[length];
        TestProgram.BytePattern.Fill(pattern, 0, 5);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(pattern)) + "  -\n", await programs[2].StandardOutput.ReadTextAsync(home.Bound));
        await LetGoAsync(programs);
    }

    [Fact]
    public async Task SetStandardOutputProcess_OneCannotBeStarted_NothingIsLeft()
    {
        await using TestHome home = new();
        ProcessStartException error = await Assert.ThrowsAsync<ProcessStartException>(
            () => StartAsync(home, new("cat"), new("/nowhere/prog"), new("cat")));
        Assert.Equal((StartFailure.ProgramNotFound, "/nowhere/prog"), (error.Reason, error.Program));
        Assert.Empty(await home.ListAsync());
    }

    [Fact]
    public async Task SetStandardOutputProcess_WrongSpecs_AreRefused()
    {
        await using TestHome home = new();
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(home, new ProcessSpec("cat")));
        Assert.Contains("at least two", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<ArgumentException>(
            () => StartAsync(home, new("cat"), new("cat") { StandardInput = ProcessStream.Null }));
        Assert.Contains("'cat', number 2 of the pipeline", error.Message, StringComparison.Ordinal);
        Assert.Empty(await home.ListAsync());
    }

    [Fact]
    public async Task SetStandardOutputProcess_ShellPipelineOfKeptPrograms_IsAttachedByName()
    {
        await using TestHome home = new();
        CliResult result = await home.ShellAsync(
            "tether run -n first --stdout - cat | tether run -n middle --stdin - --stdout - tr a-z A-Z "
            + "| tether run -n last --stdin - sort -r");
        Assert.Equal("last\n", result.Succeeded());
        (await home.CliAsync("b\na\nc\n"u8.ToArray(), "send", "first", "--eof")).Succeeded();
        (await home.CliAsync("wait", "last")).Succeeded();
        Assert.Equal("C\nB\nA\n", (await home.CliAsync("logs", "last")).Succeeded());
        // The last one sees the end of its input before the keeper of the one before it does.
        (await home.CliAsync("wait", "middle")).Succeeded();
        Assert.Equal(0, home.Record("middle").Exit?.ExitCode);
    }

    private static Task<IReadOnlyList<TetheredProcess>> StartAsync(TestHome home, params ProcessSpec[] specs) =>
        TetheredProcess.StartPipelineAsync(specs, home.Options, home.Bound);

    private static async Task LetGoAsync(IReadOnlyList<TetheredProcess> programs)
    {
        foreach (TetheredProcess program in programs)
        {
            await program.DisposeAsync();
        }
    }
}
