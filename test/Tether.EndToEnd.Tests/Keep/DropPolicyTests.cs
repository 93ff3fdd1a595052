using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.Keep;

public sealed class DropPolicyTests
{
    private const long Slack = 256 * 1024;

    [Fact]
    public async Task ReadAsync_ReaderThatFellBehind_GetsOneGapWithTheExactCountAndGoesOn()
    {
        await using TestHome home = new();
        const int size = 50_000_000;
        ProcessSpec spec = new("sh", "-c", "printf 01234567; read go; exec \"$0\" pattern $1", KeptTestProgram.Path, $"{size}") { OutputWindow = 1_000_000 };
        await using TetheredProcess process = await home.StartAsync(spec);
        await using OutputReadStream reader = process.StandardOutput.OpenRead();
        Assert.Equal("01234567", await reader.ReadTextAsync(8, home.Bound));
        await process.StandardInput.CompleteAsync(home.Bound);
        await process.WaitForExitAsync(home.Bound);

        byte[] buffer = new byte[64 * 1024];
        OutputGapException gap = await Assert.ThrowsAsync<OutputGapException>(async () => await reader.ReadExactlyAsync(buffer, home.Bound));
        Assert.Equal((8L, process.StandardOutput.Status.Start), (gap.RequestedOffset, gap.AvailableOffset));
        Assert.Equal(gap.AvailableOffset - 8, gap.MissedBytes);
        byte[] expected = new byte[size];
        BytePattern.Fill(expected, 0, 0);
        using MemoryStream rest = new();
        await reader.CopyToAsync(rest, home.Bound);
        Assert.True(expected.AsSpan((int)gap.AvailableOffset - 8).SequenceEqual(rest.ToArray()));
    }

    [Fact]
    public async Task Yes_WithAReaderThatDoesNotRead_IsNeverHeldUpAndTakesABoundedPlace()
    {
        await using TestHome home = new(120);
        const long window = 1024 * 1024;
        long enough = TestSystem.Current.Bytes(4L << 30);
        ProcessSpec spec = new("sh", "-c", "yes & yes >&2") { OutputWindow = window };
        await using TetheredProcess process = await home.StartAsync(spec);
        await using OutputReadStream sleeper = process.StandardOutput.OpenRead();
        long fellAsleepAt = sleeper.Position;
        await Waits.OutputReachesAsync(process, OutputStream.StandardOutput, enough, home.Bound);
        ProcessRecord record = process.GetRecord();
        Assert.True(record.StandardOutput.End - record.StandardOutput.Start <= window + Slack);
        string directory = Path.Combine(home.Path, process.Name);
        Assert.All((string[])["stdout.log", "stderr.log"], file => Assert.InRange(new FileInfo(Path.Combine(directory, file)).Length, window, window + Slack));
        // One byte of order for sixteen of output, at least 64 KiB.
        Assert.InRange(new FileInfo(Path.Combine(directory, "order.log")).Length, 1, (window / 16) + Slack);
        Assert.False(record.StandardOutput.DiskFull || record.StandardOutput.WaitsForReader);

        OutputGapException gap = await Assert.ThrowsAsync<OutputGapException>(async () => await sleeper.ReadExactlyAsync(new byte[100], home.Bound));
        Assert.True(gap.AvailableOffset >= enough - window - Slack);
        Assert.Equal((gap.AvailableOffset, gap.AvailableOffset - fellAsleepAt), (sleeper.Position, gap.MissedBytes));
        await process.KillAsync(home.Bound);
    }
}
