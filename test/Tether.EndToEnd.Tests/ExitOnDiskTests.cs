using System.Diagnostics;

namespace Tether.EndToEnd.Tests;

/// <summary>How a program ended is not lost to a full disk, nor to the loss of the record's directory for those who are attached.</summary>
public sealed class ExitOnDiskTests
{
    [Fact]
    public async Task WaitForExitAsync_RecordDirectoryRemoved_IsTellingTheExitToWhoIsAttached()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "read line; exit 7");
        Directory.Delete(Path.Combine(home.Path, process.Name), recursive: true);

        await process.StandardInput.WriteAsync("go\n"u8.ToArray(), home.Bound);

        Assert.Equal(7, (await process.WaitForExitAsync(home.Bound)).ExitCode);
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task GetRecord_DiskFullWhenTheProgramEnds_KnowsTheExit()
    {
        await using TestHome home = new();
        string mountPoint = Path.Combine(Directory.CreateTempSubdirectory("tether-test-").FullName, "small");
        Directory.CreateDirectory(mountPoint);
        await RunAsync(home, "mount", "-t", "tmpfs", "-o", "size=256k,mode=0700", "tether-test", mountPoint);
        try
        {
            TetherOptions options = new() { HomeDirectory = Path.Combine(mountPoint, "home") };
            await using (TetheredProcess process = await TetheredProcess.StartAsync(new ProcessSpec("sh", "-c", "read line; exit 7") { Name = "full" }, options, home.Bound))
            {
                Assert.Throws<IOException>(() => File.WriteAllBytes(Path.Combine(mountPoint, "filler"), new byte[1024 * 1024]));
                await process.StandardInput.WriteAsync("go\n"u8.ToArray(), home.Bound);
                Assert.Equal(7, (await process.WaitForExitAsync(home.Bound)).ExitCode);
            }

            ProcessRecord record = TetheredProcess.GetRecord("full", options);
            Assert.Equal(ProcessState.Exited, record.State);
            Assert.Equal(7, record.Exit?.ExitCode);
        }
        finally
        {
            // Lazily: the keeper is on its way out.
            await RunAsync(home, "umount", "-l", mountPoint);
            Directory.Delete(Path.GetDirectoryName(mountPoint)!, recursive: true);
        }
    }

    private static async Task RunAsync(TestHome home, string command, params string[] arguments)
    {
        using Process process = Process.Start(command, arguments);
        await process.WaitForExitAsync(home.Bound);
        Assert.Equal(0, process.ExitCode);
    }
}
