using System.Diagnostics;
using Tether.EndToEnd.Tests.Keep;
using Tether.EndToEnd.Tests.Start;

namespace Tether.EndToEnd.Tests.FailureModes;

/// <summary>Something else stands where a killed keeper had a FIFO or its socket: it is not used, and the program is taken over all the same.</summary>
public sealed class ReplacedFileTests
{
    [Theory]
    [InlineData("file")]
    [InlineData("directory")]
    [InlineData("symlink")]
    public Task FifosReplaced_KeeperKilled_TheNextOneReachesTheProgramsOwn(string kind) => RunAsync(path => Put(path, kind), ["stdin", "stdout", "stderr"]);

    [Theory]
    [InlineData("file")]
    [InlineData("symlink")]
    public Task SocketReplaced_KeeperKilled_TheNextOneListens(string kind) => RunAsync(path => Put(path, kind), ["socket"]);

    [Fact]
    [Trait("Needs", "root")]
    public Task FifosReplacedByAnotherUsers_KeeperKilled_TheNextOneReachesTheProgramsOwn() => RunAsync(
        path =>
        {
            File.Delete(path);
            using Process make = Process.Start("sh", ["-c", $"mkfifo '{path}' && chmod 666 '{path}' && chown 65534 '{path}'"]);
            make.WaitForExit();
            Assert.Equal(0, make.ExitCode);
        },
        ["stdin", "stdout"]);

    private static async Task RunAsync(Action<string> replace, string[] files)
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(KeptTestProgram.Spec("echo"));
        Waits.Kill(process.KeeperId);
        await Waits.ProcessIsGoneAsync(process.KeeperId, home.Bound);
        foreach (string file in files)
        {
            replace(Path.Combine(home.Path, process.Name, file));
        }

        await using TetheredProcess again = await home.AttachAsync(process.Name);
        await again.StandardInput.WriteTextAsync("both ways", home.Bound);

        Assert.Equal("both ways", await again.StandardOutput.OpenRead().ReadTextAsync(9, home.Bound));
        Assert.Equal(1, again.GetRecord().Adoptions);
        await again.KillAsync(home.Bound);
    }

    private static void Put(string path, string kind)
    {
        File.Delete(path);
        switch (kind)
        {
            case "file":
                File.WriteAllText(path, "no stream");
                break;
            case "directory":
                Directory.CreateDirectory(path);
                break;
            default:
                File.CreateSymbolicLink(path, "/dev/null");
                break;
        }
    }
}
