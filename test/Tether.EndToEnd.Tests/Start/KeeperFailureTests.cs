using System.Runtime.Versioning;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.Start;

/// <summary>A keeper's executable that is none, or does not do what a keeper does.</summary>
[SupportedOSPlatform("linux")]
public sealed class KeeperFailureTests
{
    [Fact]
    public Task StartAsync_KeeperMissing_IsKeeperNotFound() => AssertFailsAsync(null, StartFailure.KeeperNotFound, 0);

    [Fact]
    public Task StartAsync_KeeperNotExecutable_IsKeeperNotFound() => AssertFailsAsync("#!/bin/sh\n", StartFailure.KeeperNotFound, 13, UnixFileMode.UserRead);

    [Fact]
    public Task StartAsync_KeeperIsNoProgram_IsKeeperNotFound() => AssertFailsAsync("no program\n", StartFailure.KeeperNotFound, 8);

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
        await using TestHome home = new();
        using TemporaryFile keeper = new();
        if (contents is null)
        {
            File.Delete(keeper.Path);
        }
        else
        {
            Executables.Write(keeper.Path, contents, mode);
        }

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
