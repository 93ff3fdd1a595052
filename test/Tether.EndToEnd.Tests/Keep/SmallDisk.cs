using System.Diagnostics;

namespace Tether.EndToEnd.Tests.Keep;

/// <summary>A tmpfs of a few hundred kilobytes with a records' directory on it. Only root can make one; CI runs as root.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string mountPoint)
    {
        MountPoint = mountPoint;
        Options = new TetherOptions { HomeDirectory = Path.Combine(mountPoint, "home") };
    }

    internal string MountPoint { get; }

    internal TetherOptions Options { get; }

    private string Ballast => Path.Combine(MountPoint, "ballast");

    internal static async Task<SmallDisk> MountAsync(int kilobytes)
    {
        string mountPoint = Directory.CreateTempSubdirectory("tether-disk-").FullName;
        int mounted = await RunAsync("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k,mode=0700", "tmpfs", mountPoint);
        Assert.Equal(0, mounted);
        return new SmallDisk(mountPoint);
    }

    /// <summary>Leaves no byte free.</summary>
    internal void Fill()
    {
        using FileStream ballast = new(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] page = new byte[4096];
        try
        {
            while (true)
            {
                ballast.Write(page);
            }
        }
        catch (IOException)
        {
            // It is full, as it should be.
        }
    }

    internal void Free() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource bound = new(TimeSpan.FromSeconds(30));
        await foreach (ProcessRecord record in TetheredProcess.ListAsync(Options, bound.Token))
        {
            await using TetheredProcess process = await TetheredProcess.AttachAsync(record.Name, Options, bound.Token);
            Free();
            await process.KillAsync(bound.Token);
            await Waits.ProcessIsGoneAsync(record.KeeperProcessId, bound.Token);
        }

        // A process that another test is just starting has copies of this one's descriptors, also of those on this disk, until its exec.
        while (await RunAsync("umount", "--quiet", MountPoint) != 0)
        {
            bound.Token.ThrowIfCancellationRequested();
        }

        Directory.Delete(MountPoint);
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
