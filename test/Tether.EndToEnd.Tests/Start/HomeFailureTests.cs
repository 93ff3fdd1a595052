using System.Diagnostics;
using System.Runtime.Versioning;

namespace Tether.EndToEnd.Tests.Start;

/// <summary>A place for the records that cannot be used.</summary>
[SupportedOSPlatform("linux")]
public sealed class HomeFailureTests
{
    private const int ENOSPC = 28;
    private const int ENAMETOOLONG = 36;

    [Fact]
    public async Task StartAsync_HomeOthersCanEnter_IsUnsafeDirectory()
    {
        await using TestHome home = new();
        string open = Directory.CreateDirectory(home.Path + "/.open").FullName;
        File.SetUnixFileMode(open, (UnixFileMode)Convert.ToInt32("777", 8));
        await AssertUnsafeAsync(open, "other users can enter it");
        Assert.Empty(Directory.EnumerateFileSystemEntries(open));
    }

    [Fact]
    public async Task StartAsync_HomeIsALink_IsUnsafeDirectory()
    {
        await using TestHome home = new();
        string target = Directory.CreateDirectory(home.Path + "/.target").FullName;
        string link = home.Path + "/.link";
        Directory.CreateSymbolicLink(link, target);
        await AssertUnsafeAsync(link, "symbolic link");
        Assert.Empty(Directory.EnumerateFileSystemEntries(target));
    }

    [Fact]
    public async Task StartAsync_HomeToBeMadeWhereOthersCanExchangeIt_IsUnsafeDirectory()
    {
        await using TestHome home = new();
        string open = Directory.CreateDirectory(home.Path + "/.open").FullName;
        File.SetUnixFileMode(open, (UnixFileMode)Convert.ToInt32("777", 8));
        await AssertUnsafeAsync(open + "/home", "other users can exchange it");
        Assert.Empty(Directory.EnumerateFileSystemEntries(open));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public async Task StartAsync_SocketsPathTooLong_IsPathTooLong(int more)
    {
        await using TestHome home = new();
        string name = Traces.UniqueName();
        // The longest path that a socket's address holds has 107 bytes.
        string longest = home.Path + "/." + new string('l', 107 - home.Path.Length - "/./".Length - name.Length - "/socket".Length);
        ProcessSpec spec = new("cat") { Name = name };
        await using (TetheredProcess fits = await TetheredProcess.StartAsync(spec, Options(longest), home.Bound))
        {
            await fits.KillAsync(home.Bound);
            await Traces.AssertNoKeeperAsync(home, fits.KeeperId);
        }

        string tooLong = longest + new string('m', more);
        ProcessStartException error = await Assert.ThrowsAsync<ProcessStartException>(() => TetheredProcess.StartAsync(spec, Options(tooLong), home.Bound));
        Assert.Equal((StartFailure.PathTooLong, ENAMETOOLONG, "cat"), (error.Reason, error.NativeErrorCode, error.Program));
        Assert.Contains(tooLong, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(tooLong));
        await Traces.AssertNoKeeperAsync(home, name);
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task StartAsync_DiskFullAtAnyPoint_StartsOrLeavesNoTrace()
    {
        await using TestHome home = new();
        const int page = 4096;
        const int pages = 32;
        Assert.Equal(0, Mount("mount", "-t", "tmpfs", "-o", $"size={pages * page},mode=0700", "tether-test", home.Path));
        try
        {
            string filler = home.Path + "/.filler";
            int full = 0;
            for (int free = 0; free < pages; free++)
            {
                await File.WriteAllBytesAsync(filler, new byte[(pages - free) * page], home.Bound);
                full += await StartsAsync(home) ? 0 : 1;
                Assert.Equal([filler], Directory.EnumerateFileSystemEntries(home.Path));
            }

            // Certainly with nothing free, certainly not with nearly everything.
            Assert.InRange(full, 1, pages - 1);
            File.Delete(filler);
        }
        finally
        {
            // A process that another test is just starting has copies of this one's descriptors until its exec.
            while (Mount("umount", "--quiet", home.Path) != 0)
            {
                home.Bound.ThrowIfCancellationRequested();
            }
        }
    }

    private static async Task<bool> StartsAsync(TestHome home)
    {
        string name = Traces.UniqueName();
        try
        {
            await using TetheredProcess process = await home.StartAsync(new ProcessSpec("cat") { Name = name });
            Assert.Equal("SIGKILL", (await process.KillAsync(home.Bound)).SignalName);
            await Traces.AssertNoKeeperAsync(home, name);
            TetheredProcess.Remove(name, home.Options);
            return true;
        }
        catch (ProcessStartException error)
        {
            Assert.Equal((StartFailure.DiskFull, ENOSPC, "cat"), (error.Reason, error.NativeErrorCode, error.Program));
            await Traces.AssertNoKeeperAsync(home, name);
            return false;
        }
    }

    private static async Task AssertUnsafeAsync(string directory, string reason)
    {
        string name = Traces.UniqueName();
        UnsafeDirectoryException error = await Assert.ThrowsAsync<UnsafeDirectoryException>(
            () => TetheredProcess.StartAsync(new ProcessSpec("cat") { Name = name }, Options(directory)));
        Assert.Equal(directory, error.Path);
        Assert.Contains(reason, error.Reason, StringComparison.Ordinal);
    }

    private static TetherOptions Options(string home) => new() { HomeDirectory = home };

    private static int Mount(params string[] command)
    {
        using Process process = Process.Start(command[0], command[1..]);
        process.WaitForExit();
        return process.ExitCode;
    }
}
