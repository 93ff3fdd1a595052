using Tether.EndToEnd.Tests.Keep;
using Tether.EndToEnd.Tests.Platform;
using Tether.EndToEnd.Tests.Start;

namespace Tether.EndToEnd.Tests.SecondUser;

/// <summary>A kept program of root's, and a second user who wants to read, write, block or talk to it.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class KeptProgramTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Everything = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    [Fact]
    [Trait("Needs", "root")]
    public async Task AnotherUser_WhateverItTries_IsDeniedByTheDirectory()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        Dictionary<string, string> results = await Stranger.TryAllAsync(home.Path, process.Name, home.Bound);
        Assert.Equal(8, results.Count);
        Assert.All(results, result => Assert.Equal("PermissionError", result.Value));
        await AssertUnaffectedAsync(process, home);
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task AnotherUser_DirectoryAndSocketOpenedToAll_IsClosedByThePeerCheckWithoutAWord()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        string record = Path.Combine(home.Path, process.Name);
        File.SetUnixFileMode(home.Path, Everything);
        File.SetUnixFileMode(record, Everything);
        File.SetUnixFileMode(record + "/socket", Everything);
        try
        {
            Assert.Equal("got 0 bytes", (await Stranger.TryAllAsync(home.Path, process.Name, home.Bound))["connect"]);

            // And no client of root's believes such a directory.
            Assert.Contains("other users can enter it", (await Assert.ThrowsAsync<UnsafeDirectoryException>(() => home.AttachAsync(process.Name))).Message, StringComparison.Ordinal);
            Assert.Contains("chmod 0700", (await Assert.ThrowsAsync<UnsafeDirectoryException>(() => home.StartAsync("cat"))).Message, StringComparison.Ordinal);
        }
        finally
        {
            // What the stranger did while it was let: made a directory, moved the record.
            File.SetUnixFileMode(home.Path, OwnerOnly);
            Directory.Delete(home.Path + "/blocked");
            Directory.Move(home.Path + "/gone", record);
        }

        await AssertUnaffectedAsync(process, home);
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task Attach_KeeperOfAnotherUserInItsPlace_IsRefusedAndSentNothing()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        string socket = Path.Combine(home.Path, process.Name, "socket");
        File.Move(socket, socket + ".real");
        using AnotherUser user = new();
        await using SquattingServer squatter = await SquattingServer.StartAsync(user.Home + "/s", home.Bound);
        File.CreateSymbolicLink(socket, user.Home + "/s");
        ConnectionLostException error = await Assert.ThrowsAsync<ConnectionLostException>(() => home.AttachAsync(process.Name));
        Assert.Equal(LocalSocketError.PeerNotTrusted, Assert.IsType<LocalSocketException>(error.InnerException).Error);
        Assert.Equal("0", await squatter.ReadLineAsync(home.Bound));
        File.Move(socket + ".real", socket, overwrite: true);
        await AssertUnaffectedAsync(process, home);
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task StopAsync_SetUserIdProgramOfAnOrdinaryUser_EndsIt()
    {
        await using TestHome home = new();
        using AnotherUser user = new();
        string program = Path.Combine(user.DirectoryOfRoot, "setuid-sleep");
        Executables.Copy("/bin/sleep", program, OwnerOnly | UnixFileMode.OtherRead | UnixFileMode.OtherExecute | UnixFileMode.SetUser);
        await using LauncherProcess launcher = await user.LaunchAsync(home, ["tied"], program, "1000");
        StartReport start = await launcher.StartProgramAsync();
        Assert.Equal($"{Stranger.Id}\t0\t0\t0", ProcInfo.Status(start.ProgramId, "Uid"));
        Assert.Equal("disposed", await launcher.OrderAsync("dispose"));
        await Traces.AssertNoKeeperAsync(home, start.KeeperId);
        await Waits.ProcessIsGoneAsync(start.ProgramId, home.Bound);
    }

    private static async Task AssertUnaffectedAsync(TetheredProcess process, TestHome home)
    {
        await using TetheredProcess again = await home.AttachAsync(process.Name);
        await again.StandardInput.WriteTextAsync("still there", home.Bound);
        await again.StandardInput.CompleteAsync(home.Bound);
        Assert.Equal("still there", await again.StandardOutput.ReadTextAsync(home.Bound));
        Assert.Equal(0, (await process.WaitForExitAsync(home.Bound)).ExitCode);
    }
}
