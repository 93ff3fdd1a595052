using System.Runtime.Versioning;
using Tether.EndToEnd.Tests.Keep;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.Streams;

/// <summary>
/// Files as streams. Of tst_qprocess: setStandardInputFile, setStandardOutputFile, setStandardOutputFileAndWaitForBytesWritten,
/// removeFileWhileProcessIsRunning, fileWriterProcess.
/// </summary>
[Trait("Conformance", "tst_qprocess")]
public sealed class FileTests
{
    [Fact]
    public async Task SetStandardInputFile_File_IsReadToItsEnd()
    {
        await using TestHome home = new();
        using ScratchDirectory files = new();
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("cat")
        {
            StandardInput = ProcessStream.FromFile(files.Make("in", "from a file\n")),
        });
        Assert.False(process.StandardInput.IsOpen);
        Assert.Equal("from a file\n", await process.StandardOutput.ReadTextAsync(home.Bound));
        Assert.Equal(0, (await process.WaitForExitAsync(home.Bound)).ExitCode);
        ProcessStream source = process.GetRecord().StandardInput.Source;
        Assert.Equal((ProcessStreamKind.File, files["in"]), (source.Kind, source.Path));
    }

    [Theory]
    [InlineData(false, "new\n")]
    [InlineData(true, "old content that is longer\nnew\n")]
    public async Task SetStandardOutputFile_FileThatExists_IsEmptiedOrAppendedTo(bool append, string expected)
    {
        await using TestHome home = new();
        using ScratchDirectory files = new();
        string file = files.Make("out", "old content that is longer\n");
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("echo", "new")
        {
            StandardOutput = ProcessStream.ToFile(file, append),
        });
        Assert.False(process.StandardOutput.Status.IsOpen);
        Assert.Equal("", await process.StandardOutput.ReadTextAsync(home.Bound));
        await process.WaitForExitAsync(home.Bound);
        Assert.Equal(expected, await File.ReadAllTextAsync(file, home.Bound));
        Assert.Equal((file, append), (process.GetRecord().StandardOutput.Target.Path, process.GetRecord().StandardOutput.Target.Append));
    }

    [Fact]
    public async Task SetStandardOutputFile_StandardError_LeavesStandardOutputKept()
    {
        await using TestHome home = new();
        using ScratchDirectory files = new();
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("sh", "-c", "echo out; echo err >&2")
        {
            StandardError = ProcessStream.ToFile(files["err"]),
        });
        Assert.Equal("out\n", await process.StandardOutput.ReadTextAsync(home.Bound));
        await process.WaitForExitAsync(home.Bound);
        Assert.Equal("err\n", await File.ReadAllTextAsync(files["err"], home.Bound));
    }

    [Fact]
    public async Task SetStandardOutputFile_BothAppendToOneFile_NothingIsOverwritten()
    {
        await using TestHome home = new();
        using ScratchDirectory files = new();
        ProcessStream log = ProcessStream.ToFile(files["log"], append: true);
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("sh", "-c", "echo out; echo err >&2; echo out")
        {
            StandardOutput = log,
            StandardError = log,
        });
        await process.WaitForExitAsync(home.Bound);
        Assert.Equal("out\nerr\nout\n", await File.ReadAllTextAsync(files["log"], home.Bound));
        ProcessStream same = ProcessStream.ToFile(files["log"]);
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(
            () => home.StartAsync(new ProcessSpec("true") { StandardOutput = same, StandardError = same }));
        Assert.Contains("would overwrite each other", error.Message, StringComparison.Ordinal);
    }

    [SupportedOSPlatform("linux")]
    [Fact]
    public async Task SetStandardOutputFile_NewFile_HasTheModeOfTheUmask()
    {
        await using TestHome home = new();
        using ScratchDirectory files = new();
        await using TetheredProcess shell = await home.StartAsync(new ProcessSpec("sh", "-c", "umask; : > \"$0\"", files["by-shell"]));
        await shell.WaitForExitAsync(home.Bound);
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("true")
        {
            StandardOutput = ProcessStream.ToFile(files["by-tether"]),
        });
        await process.WaitForExitAsync(home.Bound);
        Assert.Equal(File.GetUnixFileMode(files["by-shell"]), File.GetUnixFileMode(files["by-tether"]));
    }

    [Fact]
    public async Task SetStandardOutputFile_RelativePath_StartsAtTheLaunchersDirectory()
    {
        await using TestHome home = new();
        using ScratchDirectory files = new();
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, files["out"]);
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("pwd")
        {
            WorkingDirectory = TestSystem.Current.AnyDirectory,
            StandardOutput = ProcessStream.ToFile(relative),
        });
        await process.WaitForExitAsync(home.Bound);
        Assert.Equal(TestSystem.Current.AnyDirectory + "\n", await File.ReadAllTextAsync(files["out"], home.Bound));
    }

    [Fact]
    public async Task SetStandardOutputFile_DanglingLink_MakesWhatItNames()
    {
        await using TestHome home = new();
        using ScratchDirectory files = new();
        File.CreateSymbolicLink(files["link"], files["out"]);
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("echo", "x")
        {
            StandardOutput = ProcessStream.ToFile(files["link"]),
        });
        await process.WaitForExitAsync(home.Bound);
        Assert.Equal("x\n", await File.ReadAllTextAsync(files["out"], home.Bound));
    }

    [Fact]
    public async Task SetStandardOutputFileAndWaitForBytesWritten_InputIsKept_WholeInputArrivesInTheFile()
    {
        await using TestHome home = new();
        using ScratchDirectory files = new();
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("cat")
        {
            StandardOutput = ProcessStream.ToFile(files["out"]),
        });
        byte[] bytes = new byte[3_000_001];
        new Random(7).NextBytes(bytes);
        await process.StandardInput.WriteAsync(bytes, home.Bound);
        await process.StandardInput.FlushAsync(home.Bound);
        Assert.Equal(bytes.Length, process.StandardInput.Position);
        await process.StandardInput.CompleteAsync(home.Bound);
        await process.WaitForExitAsync(home.Bound);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(files["out"], home.Bound));
    }

    [Fact]
    public async Task FileWriterProcess_FileInFileOut_CopiesPastTheKeeper()
    {
        await using TestHome home = new();
        using ScratchDirectory files = new();
        byte[] bytes = new byte[5_000_003];
        new Random(8).NextBytes(bytes);
        await File.WriteAllBytesAsync(files["in"], bytes, home.Bound);
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("cat")
        {
            StandardInput = ProcessStream.FromFile(files["in"]),
            StandardOutput = ProcessStream.ToFile(files["out"]),
            StandardError = ProcessStream.Null,
        });
        ProcessExitStatus exit = await process.WaitForExitAsync(home.Bound);
        Assert.Equal((0, true), (exit.ExitCode, exit.OutputComplete));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(files["out"], home.Bound));
        Assert.Equal(0, process.GetRecord().StandardOutput.End);
    }

    [Fact]
    public async Task RemoveFileWhileProcessIsRunning_FileOfTheProgram_IsItsOwnUntilItsEnd()
    {
        await using TestHome home = new();
        using ScratchDirectory files = new();
        const string script = "read go; echo written; wc -c < \"/proc/$$/fd/1\" >&2";
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("sh", "-c", script)
        {
            StandardOutput = ProcessStream.ToFile(files["out"]),
        });
        Assert.True(File.Exists(files["out"]));
        File.Delete(files["out"]);
        await process.StandardInput.WriteTextAsync("go\n", home.Bound);
        Assert.Equal("8\n", await process.StandardError.ReadTextAsync(home.Bound));
        Assert.Equal(0, (await process.WaitForExitAsync(home.Bound)).ExitCode);
        Assert.False(File.Exists(files["out"]));
    }

    [Fact]
    public async Task SetStandardOutputFile_KeeperOfARunningProgram_DoesNotHoldTheFile()
    {
        await using TestHome home = new();
        using ScratchDirectory files = new();
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("sleep", "600")
        {
            StandardOutput = ProcessStream.ToFile(files["out"]),
        });
        Assert.Equal([process.Id], ResourceHolders.OfFile(files["out"]).Holders.Select(holder => holder.ProcessId));
    }
}
