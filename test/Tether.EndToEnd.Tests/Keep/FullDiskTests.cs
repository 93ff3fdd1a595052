namespace Tether.EndToEnd.Tests.Keep;

/// <summary>The disk is full while a program runs: never a crash of its keeper, and for each policy what it promises.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const int Size = 5_000_000;
    private const string Script = "read go; \"$0\" pattern $1; echo done >&2; exit 6";

    private static readonly byte[] Expected = Pattern();

    private readonly CancellationTokenSource _bound = new(TimeSpan.FromSeconds(60));

    [Theory]
    [Trait("Needs", "root")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DropOldest_FullDisk_KeepsASmallerWindowAndNeverWaits(bool fullFromTheStart)
    {
        await using SmallDisk disk = await SmallDisk.MountAsync(512);
        await using TetheredProcess process = await StartAsync(disk, WindowFullPolicy.DropOldest);
        if (fullFromTheStart)
        {
            disk.Fill();
        }

        await process.StandardInput.CompleteAsync(_bound.Token);
        ProcessExitStatus exit = await process.WaitForExitAsync(_bound.Token);
        Assert.Equal((6, true), (exit.ExitCode, exit.OutputComplete));
        OutputStatus status = process.StandardOutput.Status;
        Assert.Equal((Size, true), (status.End, status.DiskFull));
        Assert.InRange(status.End - status.Start, 1024, 512 * 1024);
        Assert.True((await ReadAsync(process, status.Start)).AsSpan().SequenceEqual(Expected.AsSpan((int)status.Start)));
        Assert.Equal("done\n", await process.StandardError.ReadTextAsync(_bound.Token));
        long merged = 0;
        await foreach (OutputChunk chunk in process.ReadOutputAsync(true, 0, 0, _bound.Token))
        {
            merged += chunk.Data.Length + chunk.MissedBytes;
            Assert.True(chunk.Stream == OutputStream.StandardError || Expected.AsSpan((int)chunk.Offset, chunk.Data.Length).SequenceEqual(chunk.Data.Span));
        }

        Assert.Equal(Size + 5, merged);
        Assert.Equal(exit, TetheredProcess.GetRecord(process.Name, disk.Options).Exit);
    }

    [Theory]
    [Trait("Needs", "root")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Block_FullDisk_KeepsASmallerWindowAndLosesNothing(bool fullFromTheStart)
    {
        await using SmallDisk disk = await SmallDisk.MountAsync(512);
        await using TetheredProcess process = await StartAsync(disk, WindowFullPolicy.Block);
        if (fullFromTheStart)
        {
            disk.Fill();
        }

        await process.StandardInput.CompleteAsync(_bound.Token);
        await Waits.UntilAsync(() => process.StandardOutput.Status is { DiskFull: true, WaitsForReader: true }, _bound.Token);
        Assert.Equal(ProcessState.Running, process.State);
        Assert.True((await ReadAsync(process, 0)).AsSpan().SequenceEqual(Expected.AsSpan()));
        Assert.Equal(6, (await process.WaitForExitAsync(_bound.Token)).ExitCode);
    }

    [Theory]
    [Trait("Needs", "root")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Block_KilledWithoutAReaderOnADiskThatWasFull_KeepsTheRestAndNoKeeper(bool isFullAtTheEnd)
    {
        await using SmallDisk disk = await SmallDisk.MountAsync(4096);
        await using TetheredProcess process = await StartAsync(disk, WindowFullPolicy.Block);
        disk.Fill();
        await process.StandardInput.CompleteAsync(_bound.Token);
        int consumed = 0;
        await using (OutputReadStream reader = process.StandardOutput.OpenRead(0))
        {
            byte[] piece = new byte[1000];
            for (; consumed < 300_000; consumed += piece.Length)
            {
                await reader.ReadExactlyAsync(piece, _bound.Token);
            }
        }

        await Waits.UntilAsync(() => process.StandardOutput.Status is { DiskFull: true, WaitsForReader: true }, _bound.Token);
        if (!isFullAtTheEnd)
        {
            disk.Free();
        }

        long seen = process.StandardOutput.Status.End;
        ProcessExitStatus exit = await process.KillAsync(_bound.Token);
        Assert.Equal(("SIGKILL", !isFullAtTheEnd), (exit.SignalName, exit.OutputComplete));
        disk.Free();
        await Waits.ProcessIsGoneAsync(process.KeeperId, _bound.Token);
        OutputStatus status = process.GetRecord().StandardOutput;
        Assert.InRange(status.Start, 1, consumed);
        Assert.True(status.End > seen);
        Assert.True((await ReadAsync(process, consumed)).AsSpan().SequenceEqual(Expected.AsSpan(consumed, (int)status.End - consumed)));
    }

    [Theory]
    [Trait("Needs", "root")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Spill_FullDisk_WaitsForSpaceAndLosesNothing(bool fullFromTheStart)
    {
        await using SmallDisk disk = await SmallDisk.MountAsync(8 * 1024);
        await using TetheredProcess process = await StartAsync(disk, WindowFullPolicy.Spill);
        if (!fullFromTheStart)
        {
            await File.WriteAllBytesAsync(Path.Combine(disk.MountPoint, "ballast"), new byte[6 * 1024 * 1024], _bound.Token);
        }
        else
        {
            disk.Fill();
        }

        await process.StandardInput.CompleteAsync(_bound.Token);
        await Waits.UntilAsync(() => process.StandardOutput.Status.DiskFull, _bound.Token);
        Assert.Equal(ProcessState.Running, process.State);
        Assert.True(TetheredProcess.GetRecord(process.Name, disk.Options).StandardOutput.DiskFull);
        disk.Free();
        Assert.Equal((6, true), ((await process.WaitForExitAsync(_bound.Token)).ExitCode, process.GetRecord().Exit!.OutputComplete));
        Assert.False(process.StandardOutput.Status.DiskFull);
        Assert.True((await ReadAsync(process, 0)).AsSpan().SequenceEqual(Expected.AsSpan()));
        using MemoryStream merged = new();
        await foreach (OutputChunk chunk in process.ReadOutputAsync(cancellationToken: _bound.Token))
        {
            merged.Write(chunk.Data.Span);
        }

        Assert.True(merged.GetBuffer().AsSpan(0, (int)merged.Length).SequenceEqual([.. Expected, .. "done\n"u8]));
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task Spill_FullDiskForGood_CanStillBeKilled()
    {
        await using SmallDisk disk = await SmallDisk.MountAsync(512);
        await using TetheredProcess process = await StartAsync(disk, WindowFullPolicy.Spill);
        disk.Fill();
        await process.StandardInput.CompleteAsync(_bound.Token);
        await Waits.UntilAsync(() => process.StandardOutput.Status.DiskFull, _bound.Token);
        ProcessExitStatus exit = await process.KillAsync(_bound.Token);
        Assert.Equal(("SIGKILL", false), (exit.SignalName, exit.OutputComplete));
        Assert.Equal(exit, process.GetRecord().Exit);
    }

    public void Dispose() => _bound.Dispose();

    private Task<TetheredProcess> StartAsync(SmallDisk disk, WindowFullPolicy whenFull) => TetheredProcess.StartAsync(
        new ProcessSpec("sh", "-c", Script, KeptTestProgram.Path, $"{Size}") { WhenFull = whenFull, OutputWindow = 2 * 1024 * 1024 }, disk.Options, _bound.Token);

    private async Task<byte[]> ReadAsync(TetheredProcess process, long offset)
    {
        await using OutputReadStream reader = process.StandardOutput.OpenRead(offset);
        using MemoryStream all = new();
        await reader.CopyToAsync(all, _bound.Token);
        return all.ToArray();
    }

    private static byte[] Pattern()
    {
        byte[] pattern = new byte[Size];
        BytePattern.Fill(pattern, 0, 0);
        return pattern;
    }
}
