using Tether.EndToEnd.Tests.Start;

namespace Tether.EndToEnd.Tests.SecondUser;

/// <summary>
/// A second user who was in <c>/tmp</c> first: what stands where the records should be is refused, and nothing is made in it, read from it or
/// reached through it. The directory here has /tmp's own mode, world-writable and sticky.
/// </summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class SquattedHomeTests
{
    private const UnixFileMode LikeTmp = UnixFileMode.StickyBit | (UnixFileMode)0x1FF;

    [Theory]
    [Trait("Needs", "root")]
    [InlineData(0x1C0, "it belongs to user 65534, not to user 0")] // 0700
    [InlineData(0x1FF, "it belongs to user 65534, not to user 0")] // 0777
    [InlineData(0xDFF, "it belongs to user 65534, not to user 0")] // 6777
    public async Task Home_MadeByAnotherUserBefore_IsRefused(int mode, string reason)
    {
        await using TestHome home = new();
        using Shared shared = new();
        string squatted = shared.Path + "/tether-0";
        Directory.CreateDirectory(squatted + "/name");
        await File.WriteAllTextAsync(squatted + "/name/record.json", "{}", home.Bound);
        File.SetUnixFileMode(squatted, (UnixFileMode)mode);
        await Stranger.OwnAsync(squatted, home.Bound);
        await AssertRefusedAsync(home, squatted, reason);
        Assert.Equal([squatted + "/name"], Directory.GetFileSystemEntries(squatted));
    }

    [Theory]
    [Trait("Needs", "root")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Home_LinkMadeByAnotherUser_IsRefused(bool toADirectoryOfTheUsersOwn)
    {
        await using TestHome home = new();
        using Shared shared = new();
        string target = shared.Path + "/target";
        Directory.CreateDirectory(target, (UnixFileMode)0x1C0);
        if (!toADirectoryOfTheUsersOwn)
        {
            await Stranger.OwnAsync(target, home.Bound);
        }

        string link = shared.Path + "/tether-0";
        File.CreateSymbolicLink(link, target);
        await Stranger.OwnAsync(link, home.Bound);
        await AssertRefusedAsync(home, link, "it is a symbolic link");
        await AssertRefusedAsync(home, link + "/", "it is a symbolic link");
        Assert.Empty(Directory.GetFileSystemEntries(target));
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task Home_FifoSocketOrFileInItsPlace_IsRefusedAndDoesNotHang()
    {
        await using TestHome home = new();
        using Shared shared = new();
        await Stranger.RunAsync(["mkfifo", "-m", "0666", shared.Path + "/fifo"], home.Bound);
        await Stranger.RunAsync(["touch", shared.Path + "/file"], home.Bound);
        await AssertRefusedAsync(home, shared.Path + "/fifo", "it is not a directory");
        await AssertRefusedAsync(home, shared.Path + "/file", "it is not a directory");
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task Home_BelowADirectoryThatAnotherGroupMayWrite_IsRefused()
    {
        await using TestHome home = new();
        using Shared shared = new();
        string above = shared.Path + "/above";
        Directory.CreateDirectory(above);
        File.SetUnixFileMode(above, (UnixFileMode)0x1F8); // 0770
        using System.Diagnostics.Process chgrp = System.Diagnostics.Process.Start("chgrp", [$"{Stranger.Id}", above]);
        await chgrp.WaitForExitAsync(home.Bound);
        UnsafeDirectoryException refused = await Assert.ThrowsAsync<UnsafeDirectoryException>(
            () => TetheredProcess.StartAsync(new ProcessSpec("cat"), new TetherOptions { HomeDirectory = above + "/home" }, home.Bound));
        Assert.Contains("other users can exchange it", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(above));

        // With the set-group-ID bit a new directory has the other group; the sticky bit keeps its members from exchanging it.
        File.SetUnixFileMode(above, (UnixFileMode)0x5F8 | UnixFileMode.StickyBit); // 03770
        TetherOptions options = new() { HomeDirectory = above + "/home" };
        await using TetheredProcess process = await TetheredProcess.StartAsync(new ProcessSpec("cat"), options, home.Bound);
        Assert.Equal((UnixFileMode)0x1C0, File.GetUnixFileMode(above + "/home") & (UnixFileMode)0x1FF);
        Assert.Equal("PermissionError", (await Stranger.TryAllAsync(above + "/home", process.Name, home.Bound))["connect"]);
        await process.KillAsync(home.Bound);
        await Traces.AssertNoKeeperAsync(home, process.KeeperId);
    }

    private static async Task AssertRefusedAsync(TestHome home, string path, string reason)
    {
        TetherOptions options = new() { HomeDirectory = path };
        string[] messages =
        [
            (await Assert.ThrowsAsync<UnsafeDirectoryException>(() => TetheredProcess.StartAsync(new ProcessSpec("cat"), options, home.Bound))).Message,
            (await Assert.ThrowsAsync<UnsafeDirectoryException>(() => TetheredProcess.AttachAsync("name", options, home.Bound))).Message,
            Assert.Throws<UnsafeDirectoryException>(() => TetheredProcess.GetRecord("name", options)).Message,
            Assert.Throws<UnsafeDirectoryException>(() => TetheredProcess.Remove("name", options)).Message,
        ];
        Assert.All(messages, message => Assert.Contains(reason, message, StringComparison.Ordinal));
    }

    private sealed class Shared : IDisposable
    {
        internal Shared() => File.SetUnixFileMode(Path, LikeTmp);

        internal string Path { get; } = Directory.CreateTempSubdirectory("tether-shared-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
