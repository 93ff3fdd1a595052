using System.Runtime.Versioning;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.Start;

/// <summary>A keeper's executable that is none, or does not do what a keeper does.</summary>
[SupportedOSPlatform("linux")]
public sealed class KeeperFailureTests
{
    private const int ETXTBSY = 26;

    [Fact]
    public Task StartAsync_KeeperMissing_IsKeeperNotFound() => AssertFailsAsync(null, StartFailure.KeeperNotFound, 0);

    [Fact]
    public Task StartAsync_KeeperNotExecutable_IsKeeperNotFound() => AssertFailsAsync("#!/bin/sh\n", StartFailure.KeeperNotFound, 13, UnixFileMode.UserRead);

    [Fact]
    public Task StartAsync_KeeperIsNoProgram_IsKeeperNotFound() => AssertFailsAsync("no program\n", StartFailure.KeeperNotFound, 8);

    [Fact]
    public async Task StartAsync_KeeperIsBeingWritten_IsKeeperNotFound()
    {
        using TemporaryFile keeper = new();
        Executables.Write(keeper.Path, "#!/bin/sh\n", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using FileStream open = new(keeper.Path, FileMode.Open, FileAccess.Write);
        await AssertStartFailsAsync(keeper, StartFailure.KeeperNotFound, ETXTBSY);
    }

    [Theory]
    [InlineData("exit 0")]
    [InlineData("exit 3")]
    [InlineData("kill -9 $$")]
    [InlineData("head -c 100 <&3 >/dev/null")]
    [InlineData("printf 'garbage garbage garbage' >&3")]
    [InlineData("printf '\\003\\000\\000\\000\\102{x}' >&3")]
    public Task StartAsync_KeeperThatDoesNotAnswer_IsKeeperFailed(string script) => AssertFailsAsync("#!/bin/sh\n" + script + "\n", StartFailure.KeeperFailed, 0);

    private static async Task AssertFailsAsync(
        string? contents, StartFailure reason, int errno, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserExecute)
    {
        using TemporaryFile keeper = new();
        if (contents is null)
        {
            File.Delete(keeper.Path);
        }
        else
        {
            Executables.Write(keeper.Path, contents, mode);
        }

        await AssertStartFailsAsync(keeper, reason, errno);
    }

    private static async Task AssertStartFailsAsync(TemporaryFile keeper, StartFailure reason, int errno)
    {
        await using TestHome home = new();
        // A small request is in the socket whatever the keeper does; a large one meets a keeper that is gone.
        foreach (int argument in (int[])[1, 100_000])
        {
            ProcessSpec spec = new("cat", Enumerable.Repeat(new string('a', argument), 10));
            ProcessStartException error = await Assert.ThrowsAsync<ProcessStartException>(
                () => TetheredProcess.StartAsync(spec, home.Options with { KeeperPath = keeper.Path }, home.Bound));
            Assert.Equal((reason, errno, "cat"), (error.Reason, error.NativeErrorCode, error.Program));
            Assert.Contains("'cat'", error.Message, StringComparison.Ordinal);
            Assert.Contains(keeper.Path, error.Message, StringComparison.Ordinal);
            Assert.Empty(Directory.EnumerateFileSystemEntries(home.Path));
        }
    }
}
