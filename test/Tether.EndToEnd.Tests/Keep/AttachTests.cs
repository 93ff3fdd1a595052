using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace Tether.EndToEnd.Tests.Keep;

public sealed class AttachTests
{
    [Fact]
    public async Task AttachAsync_SeveralHandlesAtOnce_AllReadWriteSignalAndWait()
    {
        await using TestHome home = new();
        await using TetheredProcess started = await home.StartAsync("cat");
        List<TetheredProcess> handles = [];
        for (int i = 0; i < 5; i++)
        {
            handles.Add(await home.AttachAsync(started.Name));
        }

        foreach (TetheredProcess handle in handles)
        {
            Assert.Equal((started.Id, started.KeeperId, started.StartTime), (handle.Id, handle.KeeperId, handle.StartTime));
            await handle.StandardInput.WriteTextAsync("line\n", home.Bound);
            await handle.StandardInput.FlushAsync(home.Bound);
        }

        Assert.Equal(25, started.StandardInput.Position);
        await handles[0].StandardInput.CompleteAsync(home.Bound);
        foreach (TetheredProcess handle in handles.Append(started))
        {
            Assert.Equal("line\nline\nline\nline\nline\n", await handle.StandardOutput.ReadTextAsync(home.Bound));
            Assert.Equal(0, (await handle.WaitForExitAsync(home.Bound)).ExitCode);
            await handle.DisposeAsync();
        }
    }

    [Fact]
    public async Task AttachAsync_UnknownOrInvalidName_Throws()
    {
        await using TestHome home = new();
        Assert.Equal("nobody", (await Assert.ThrowsAsync<RecordNotFoundException>(() => home.AttachAsync("nobody"))).Name);
        await Assert.ThrowsAsync<ArgumentException>(() => home.AttachAsync("no/body"));
        await Assert.ThrowsAsync<ArgumentException>(() => home.AttachAsync(".."));
    }

    [Fact]
    public async Task AttachAsync_FromOtherProcesses_ReadsTheSameAndGetsTheExitCode()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "\"$0\" pattern 5000000; read go; exit 42", KeptTestProgram.Path);
        List<Process> others = [.. Enumerable.Range(0, 3).Select(_ => StartOther("copy-kept", home.Path, process.Name))];
        List<Task<(long, string)>> hashes = [.. others.Select(other => other.StandardOutput.BaseStream.HashAsync(home.Bound))];
        await process.StandardInput.CompleteAsync(home.Bound);
        byte[] expected = new byte[5_000_000];
        BytePattern.Fill(expected, 0, 0);
        foreach ((Process other, Task<(long, string)> hash) in others.Zip(hashes))
        {
            Assert.Equal((5_000_000, Convert.ToHexStringLower(SHA256.HashData(expected))), await hash);
            await other.WaitForExitAsync(home.Bound);
            Assert.Equal(42, other.ExitCode);
            other.Dispose();
        }
    }

    [Fact]
    public async Task AttachAsync_AfterTheLauncherWasKilledInMidStream_ContinuesWithNothingLostOrDoubled()
    {
        await using TestHome home = new();
        const int count = 3_000_000;
        const int lineLength = 10;
        using Process launcher = StartOther("launch-and-copy", home.Path, "numbers", KeptTestProgram.Path, "lines", $"{count}");
        byte[] buffer = new byte[64 * 1024];
        using MemoryStream read = new();
        while (read.Length < 5_000_000)
        {
            int length = await launcher.StandardOutput.BaseStream.ReadAsync(buffer, home.Bound);
            Assert.True(length > 0);
            read.Write(buffer, 0, length);
        }

        launcher.Kill();
        await launcher.WaitForExitAsync(home.Bound);

        // What the launcher had read and not passed on is what a new reader can only have when it is still in the window.
        await using TetheredProcess process = await home.AttachAsync("numbers");
        Assert.Equal(ProcessState.Running, process.State);
        await using OutputReadStream reader = process.StandardOutput.OpenRead(read.Length);
        await reader.CopyToAsync(read, home.Bound);
        Assert.Equal((long)count * lineLength, read.Length);
        read.Position = 0;
        using StreamReader lines = new(read);
        for (int number = 0; number < count; number++)
        {
            if (int.Parse(lines.ReadLine()!, CultureInfo.InvariantCulture) != number)
            {
                Assert.Fail($"Line {number} is missing or doubled.");
            }
        }

        Assert.Equal(0, (await process.WaitForExitAsync(home.Bound)).ExitCode);
    }

    [Fact]
    public async Task AttachAsync_SocketFileDeleted_IsMadeAgain()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        for (int i = 0; i < 3; i++)
        {
            File.Delete(Path.Combine(home.Path, process.Name, "socket"));
            await using TetheredProcess again = await home.AttachAsync(process.Name);
            await again.StandardInput.WriteTextAsync("x", home.Bound);
            await again.StandardInput.FlushAsync(home.Bound);
        }

        // Who was connected before still is.
        await process.StandardInput.CompleteAsync(home.Bound);
        Assert.Equal("xxx", await process.StandardOutput.ReadTextAsync(home.Bound));
    }

    [Fact]
    public async Task AttachAsync_SocketFileDeletedWhileOutputIsStillKept_IsMadeAgain()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "sleep 1000 & exit 4");
        Assert.False((await process.WaitForExitAsync(home.Bound)).OutputComplete);
        File.Delete(Path.Combine(home.Path, process.Name, "socket"));
        await using TetheredProcess again = await home.AttachAsync(process.Name);
        Assert.Equal(4, (await again.KillAsync(home.Bound)).ExitCode);
        await Waits.ProcessIsGoneAsync(process.KeeperId, home.Bound);
    }

    private static Process StartOther(params string[] arguments) =>
        Process.Start(new ProcessStartInfo(KeptTestProgram.Path, arguments) { RedirectStandardOutput = true })!;
}
