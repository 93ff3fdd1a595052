using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Platform.Linux;

namespace Tether.Tests;

/// <summary>Removing a record, while others remove and start under the same name.</summary>
[SupportedOSPlatform("linux")]
public sealed class RecordRemovalTests : IDisposable
{
    private readonly ScratchDirectory _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task TryRemove_NameTakenByANewRecordMeanwhile_LeavesTheNewOne()
    {
        Make("name");
        using SafeFileHandle another = Lock(_home.FullName);
        Task<bool> removing = Bounded.OnThread(() => RecordLock.TryRemove(_home.FullName, "name"));
        using (CancellationTokenSource bound = new(Bounded.Limit))
        {
            // Waiting locks are listed with an arrow.
            while (!File.ReadLines("/proc/locks").Any(line => line.Contains("-> FLOCK", StringComparison.Ordinal) && line.Contains($":{Inode(another)} ", StringComparison.Ordinal)))
            {
                Assert.False(removing.IsCompleted, "It did not wait for the other one that removes.");
                bound.Token.ThrowIfCancellationRequested();
            }
        }

        Directory.Move(_home["name"], _home[".rm-other"]);
        Make("name");
        using SafeFileHandle keeper = Lock(_home["name"]);
        another.Dispose();
        Assert.False(await removing.Within());
        Assert.True(File.Exists(Path.Combine(_home["name"], "record.json")));
    }

    [Fact]
    public void TryRemove_LeftOversOfTheKilled_AreTakenAwayAndNothingElse()
    {
        foreach (string name in (string[])["ended", ".new-1-a", ".rm-2-b", ".new-3-held", ".new-4-young", ".sockets"])
        {
            Make(name);
            Directory.SetLastWriteTimeUtc(_home[name], DateTime.UtcNow.AddHours(-1));
        }

        Directory.SetLastWriteTimeUtc(_home[".new-4-young"], DateTime.UtcNow);
        Directory.CreateSymbolicLink(_home[".rm-5-link"], _home[".sockets"]);
        using SafeFileHandle keeper = Lock(_home[".new-3-held"]);
        Assert.True(RecordLock.TryRemove(_home.FullName, "ended"));
        Assert.Equal([".new-3-held", ".new-4-young", ".rm-5-link", ".sockets"], _home.Names);
        Assert.True(File.Exists(Path.Combine(_home[".sockets"], "record.json")));
    }

    private static SafeFileHandle Lock(string directory)
    {
        SafeFileHandle handle = Libc.Open(directory, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        Assert.Equal(0, Libc.Flock(handle, Libc.LOCK_EX | Libc.LOCK_NB));
        return handle;
    }

    private static unsafe ulong Inode(SafeFileHandle directory)
    {
        FileStatus status;
        Assert.Equal(0, Libc.Statx(directory, "", Libc.AT_EMPTY_PATH, Libc.STATX_BASIC_STATS, &status));
        return status.Inode;
    }

    private void Make(string name)
    {
        Directory.CreateDirectory(_home[name]);
        File.WriteAllText(Path.Combine(_home[name], "record.json"), "{}");
    }
}
