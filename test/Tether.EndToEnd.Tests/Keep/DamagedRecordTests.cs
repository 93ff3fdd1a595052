using System.Runtime.Versioning;
using System.Text;

namespace Tether.EndToEnd.Tests.Keep;

/// <summary>Whatever is wrong with a record's files: it is listed, said, and never a crash.</summary>
public sealed class DamagedRecordTests
{
    public static TheoryData<string, string> Damages()
    {
        TheoryData<string, string> damages = new()
        {
            { "record.json", "empty" }, { "record.json", "garbage" }, { "record.json", "null" }, { "record.json", "{}" },
            { "exit.json", "empty" }, { "exit.json", "garbage" }, { "exit.json", "{}" },
            { "positions", "empty" }, { "positions", "truncated" }, { "positions", "garbage" }, { "positions", "negative" },
        };
        // On Windows a directory without record.json is no record, and a file that somebody has open is not gone yet.
        if (!OperatingSystem.IsWindows())
        {
            damages.Add("record.json", "missing");
            damages.Add("record.json", "directory");
            damages.Add("positions", "missing");
        }

        return damages;
    }

    /// <summary>Root may enter every directory, and sees nothing wrong with it.</summary>
    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task ListAsync_DirectoryThatMayNotBeEntered_HidesNoOtherRecord()
    {
        await using TestHome home = new();
        await using TetheredProcess closed = await home.StartAsync(new ProcessSpec("sleep", "1000") { Name = "closed" });
        await using TetheredProcess open = await home.StartAsync(new ProcessSpec("sleep", "1000") { Name = "open" });
        string directory = Path.Combine(home.Path, "closed");
        UnixFileMode mode = File.GetUnixFileMode(directory);
        File.SetUnixFileMode(directory, UnixFileMode.None);
        try
        {
            List<ProcessRecord> records = await home.ListAsync();
            Assert.Equal(["closed", "open"], records.Select(record => record.Name));
            Assert.Equal(ProcessState.Running, records[1].State);
            bool isRefused = !Environment.IsPrivilegedProcess;
            Assert.Equal(isRefused ? ProcessState.Lost : ProcessState.Running, records[0].State);
            Assert.Equal(isRefused, records[0].Problem?.StartsWith("its directory cannot be looked into", StringComparison.Ordinal) == true);
        }
        finally
        {
            File.SetUnixFileMode(directory, mode);
        }
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task ListAsync_DamagedRecord_IsListedAsLostWithTheProblem(string file, string damage)
    {
        await using TestHome home = new();
        await using (TetheredProcess process = await StartAndEndAsync(home))
        {
            Damage(Path.Combine(home.Path, "damaged", file), damage);
            Assert.NotNull(process.GetRecord().Problem);
        }

        await using TetheredProcess healthy = await home.StartAsync(new ProcessSpec("sleep", "1000") { Name = "healthy" });
        List<ProcessRecord> records = await home.ListAsync();
        Assert.Equal(["damaged", "healthy"], records.Select(r => r.Name));
        Assert.Equal(ProcessState.Lost, records[0].State);
        Assert.Contains(file, records[0].Problem + (file == "positions" ? " positions" : ""), StringComparison.Ordinal);
        Assert.Null(records[1].Problem);
        if (file != "exit.json")
        {
            CorruptRecordException error = await Assert.ThrowsAsync<CorruptRecordException>(async () =>
            {
                await using TetheredProcess process = await home.AttachAsync("damaged");
                await process.StandardOutput.ReadTextAsync(home.Bound);
            });
            Assert.Equal("damaged", error.Record);
        }

        TetheredProcess.Remove("damaged", home.Options);
        Assert.Single(await home.ListAsync());
    }

    [Theory]
    [InlineData("stdout.log", "missing")]
    [InlineData("stdout.log", "truncated")]
    [InlineData("stdout.log", "empty")]
    public async Task ReadAsync_DamagedOutput_ThrowsCorruptRecord(string file, string damage)
    {
        await using TestHome home = new();
        await using (await StartAndEndAsync(home))
        {
        }

        Damage(Path.Combine(home.Path, "damaged", file), damage);
        Assert.Equal(0, home.Record("damaged").Exit!.ExitCode);
        CorruptRecordException error = await Assert.ThrowsAsync<CorruptRecordException>(async () =>
        {
            await using TetheredProcess process = await home.AttachAsync("damaged");
            await process.StandardOutput.ReadTextAsync(home.Bound);
        });
        Assert.Contains("tether rm damaged", error.Message, StringComparison.Ordinal);
        TetheredProcess.Remove("damaged", home.Options);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("truncated")]
    [InlineData("empty")]
    [InlineData("garbage")]
    public async Task ReadOutputAsync_DamagedOrder_ThrowsCorruptRecord(string damage)
    {
        await using TestHome home = new();
        await using (await StartAndEndAsync(home))
        {
        }

        Damage(Path.Combine(home.Path, "damaged", "order.log"), damage);
        await Assert.ThrowsAsync<CorruptRecordException>(async () =>
        {
            await using TetheredProcess process = await home.AttachAsync("damaged");
            await foreach (OutputChunk chunk in process.ReadOutputAsync(cancellationToken: home.Bound))
            {
                Assert.True(chunk.Data.Length > 0);
            }
        });
        TetheredProcess.Remove("damaged", home.Options);
    }

    [Fact]
    public async Task Exit_RecordDamagedWhileItsProgramRuns_LeavesNobodyWaiting()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("cat") { Name = "damaged" });
        await using OutputReadStream reader = process.StandardOutput.OpenRead();
        Task<int> reading = reader.ReadAsync(new byte[1], home.Bound).AsTask();
        Directory.CreateDirectory(Path.Combine(home.Path, "damaged", "exit.json"));
        // The keeper cannot put the exit on disk any more; it is killed so that the test sees the end of the connection alone.
        Waits.Kill(process.KeeperId);
        await Assert.ThrowsAnyAsync<TetherException>(() => reading);
        await Assert.ThrowsAnyAsync<TetherException>(() => process.WaitForExitAsync(home.Bound));
        await Waits.ProcessIsGoneAsync(process.Id, home.Bound);
    }

    [Fact]
    public async Task AttachAsync_RecordCopiedUnderAnotherName_IsCorrupt()
    {
        await using TestHome home = new();
        await using (await StartAndEndAsync(home))
        {
        }

        Directory.Move(Path.Combine(home.Path, "damaged"), Path.Combine(home.Path, "moved"));
        Assert.Contains("'damaged'", home.Record("moved").Problem, StringComparison.Ordinal);
    }

    private static async Task<TetheredProcess> StartAndEndAsync(TestHome home)
    {
        // A handle whose connection has not ended yet reads the exit when it does, while the test replaces it.
        await using (TetheredProcess process = await home.StartAsync(new ProcessSpec("sh", "-c", "echo some output; echo an error >&2") { Name = "damaged" }))
        {
            await process.WaitForExitAsync(home.Bound);
            await Waits.ProcessIsGoneAsync(process.KeeperId, home.Bound);
        }

        // Wine closes what a process had open, here its lock, only after it has told its end. There is no such file on Linux.
        await Waits.UntilAsync(() => !File.Exists(Path.Combine(home.Path, ".lock-damaged")), home.Bound);
        return await home.AttachAsync("damaged");
    }

    private static void Damage(string path, string damage)
    {
        byte[] contents = File.ReadAllBytes(path);
        File.Delete(path);
        switch (damage)
        {
            case "missing":
                break;
            case "empty":
                File.WriteAllBytes(path, []);
                break;
            case "truncated":
                File.WriteAllBytes(path, contents[..Math.Min(contents.Length / 2, 80)]);
                break;
            case "directory":
                Directory.CreateDirectory(path);
                break;
            case "garbage":
                Array.Fill(contents, (byte)0xEE);
                File.WriteAllBytes(path, contents);
                break;
            case "negative":
                // The start of stdout.
                contents.AsSpan(64, 8).Fill(0xFF);
                File.WriteAllBytes(path, contents);
                break;
            default:
                File.WriteAllText(path, damage, Encoding.UTF8);
                break;
        }
    }
}
