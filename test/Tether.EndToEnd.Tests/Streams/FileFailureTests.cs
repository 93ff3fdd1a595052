using System.Runtime.Versioning;
using Tether.EndToEnd.Tests.Keep;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.Streams;

/// <summary>Files that cannot be streams. Of tst_qprocess: setStandardInputFileFailure, setStandardOutputFileFailure.</summary>
[Trait("Conformance", "tst_qprocess")]
public sealed class FileFailureTests
{
    [Fact]
    public async Task SetStandardInputFileFailure_NoSuchFile_NamesItAndLeavesNothing()
    {
        await using TestHome home = new();
        using ScratchDirectory files = new();
        string path = files["nowhere"];
        ProcessStartException error = await FailAsync(home, new ProcessSpec("cat") { StandardInput = ProcessStream.FromFile(path) });
        TestSystem.Current.AssertErrno(2, error.NativeErrorCode);
        Assert.Equal(
            $"'cat' cannot be started: its standard input cannot be '{path}': "
            + $"there is no such file: make it first, or use the null device ({TestSystem.Current.ErrorWord} 2).",
            error.Message);
    }

    [Fact]
    public async Task SetStandardInputFileFailure_DirectoryOrFifo_IsRefused()
    {
        await using TestHome home = new();
        using ScratchDirectory files = new();
        ProcessStartException error = await FailAsync(home, new ProcessSpec("cat") { StandardInput = ProcessStream.FromFile(files.Path) });
        Assert.Contains("it is a directory", error.Message, StringComparison.Ordinal);
        await using TetheredProcess mkfifo = await home.StartAsync("mkfifo", files["fifo"]);
        await mkfifo.WaitForExitAsync(home.Bound);
        error = await FailAsync(home, new ProcessSpec("cat") { StandardInput = ProcessStream.FromFile(files["fifo"]) }, records: 1);
        Assert.Contains("it is a FIFO", error.Message, StringComparison.Ordinal);
        error = await FailAsync(home, new ProcessSpec("cat") { StandardOutput = ProcessStream.ToFile(files["fifo"]) }, records: 1);
        Assert.Contains("a FIFO that nobody reads", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SetStandardOutputFileFailure_NoSuchDirectory_NamesItAndLeavesNothing()
    {
        await using TestHome home = new();
        using ScratchDirectory files = new();
        string path = files[Path.Combine("nowhere", "out")];
        ProcessStartException error = await FailAsync(home, new ProcessSpec("cat") { StandardOutput = ProcessStream.ToFile(path) });
        Assert.Equal(
            $"'cat' cannot be started: its standard output cannot be '{path}': its directory does not exist: make it first "
            + $"({TestSystem.Current.ErrorWord} {(OperatingSystem.IsWindows() ? 3 : 2)}).",
            error.Message);
        error = await FailAsync(home, new ProcessSpec("cat") { StandardError = ProcessStream.ToFile(files.Path, append: true) });
        TestSystem.Current.AssertErrno(21, error.NativeErrorCode);
        Assert.Contains($"its standard error cannot be '{files.Path}': it is a directory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SetStandardOutputFileFailure_OtherStreamFails_MakesAndEmptiesNoFile()
    {
        await using TestHome home = new();
        using ScratchDirectory files = new();
        string old = files.Make("old", "precious");
        ProcessStream nowhere = ProcessStream.ToFile(files[Path.Combine("nowhere", "err")]);
        await FailAsync(home, new ProcessSpec("cat") { StandardOutput = ProcessStream.ToFile(files["new"]), StandardError = nowhere });
        await FailAsync(home, new ProcessSpec("cat") { StandardOutput = ProcessStream.ToFile(old), StandardError = nowhere });
        Assert.False(File.Exists(files["new"]));
        Assert.Equal("precious", await File.ReadAllTextAsync(old, home.Bound));
    }

    [Theory]
    [InlineData("/nowhere/program", null, StartFailure.ProgramNotFound)]
    [InlineData("cat", "/nowhere", StartFailure.WorkingDirectoryNotFound)]
    public async Task SetStandardOutputFileFailure_ProgramCannotBeStarted_MakesAndEmptiesNoFile(
        string program, string? directory, StartFailure reason)
    {
        await using TestHome home = new();
        using ScratchDirectory files = new();
        string old = files.Make("old", "precious");
        ProcessSpec spec = new(program)
        {
            WorkingDirectory = directory,
            StandardOutput = ProcessStream.ToFile(files["new"]),
            StandardError = ProcessStream.ToFile(old),
        };
        await FailAsync(home, spec, reason);
        Assert.False(File.Exists(files["new"]));
        Assert.Equal("precious", await File.ReadAllTextAsync(old, home.Bound));
    }

    [SupportedOSPlatform("linux")]
    [Fact]
    public async Task SetStandardOutputFileFailure_FileIsNoProgram_MakesNoFile()
    {
        await using TestHome home = new();
        using ScratchDirectory files = new();
        string text = files["text"];
        Executables.Write(text, "no program");
        await FailAsync(home, new ProcessSpec(text) { StandardOutput = ProcessStream.ToFile(files["new"]) }, StartFailure.BadFormat);
        Assert.False(File.Exists(files["new"]));
    }

    [Fact]
    public async Task SetStandardOutputFileFailure_NameInUse_MakesAndEmptiesNoFile()
    {
        await using TestHome home = new();
        using ScratchDirectory files = new();
        string old = files.Make("old", "precious");
        await using TetheredProcess first = await home.StartAsync(new ProcessSpec("sleep", "600") { Name = "taken" });
        ProcessSpec spec = new("cat")
        {
            Name = "taken",
            StandardOutput = ProcessStream.ToFile(old),
            StandardError = ProcessStream.ToFile(files["new"]),
        };
        await FailAsync(home, spec, StartFailure.NameInUse, records: 1);
        Assert.False(File.Exists(files["new"]));
        Assert.Equal("precious", await File.ReadAllTextAsync(old, home.Bound));
    }

    private static async Task<ProcessStartException> FailAsync(
        TestHome home, ProcessSpec spec, StartFailure reason = StartFailure.RedirectionFailed, int records = 0)
    {
        ProcessStartException error = await Assert.ThrowsAsync<ProcessStartException>(() => home.StartAsync(spec));
        Assert.Equal(reason, error.Reason);
        Assert.Equal(records, (await home.ListAsync()).Count);
        Assert.Equal(records, Directory.GetFileSystemEntries(home.Path).Count(path => !TestSystem.Current.StandsBesideARecord(path)));
        return error;
    }
}
