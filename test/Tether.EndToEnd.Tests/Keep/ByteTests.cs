using System.Security.Cryptography;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.Keep;

/// <summary>Every byte, in sizes around the borders of buffers, by readers of every kind.</summary>
public sealed class ByteTests
{
    public static TheoryData<int> Sizes()
    {
        TheoryData<int> sizes = [];
        foreach (int power in (int[])[20, 21, 22, 23, 24, 27])
        {
            if (1L << power > TestSystem.Current.Bytes(1L << power))
            {
                continue;
            }

            for (int more = -1; more <= 1; more++)
            {
                sizes.Add((1 << power) + more);
            }
        }

        return sizes;
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task StandardOutput_ProgramThatExitsAtOnce_IsTheSameForEveryReader(int size)
    {
        await using TestHome home = new(120);
        ProcessSpec spec = KeptTestProgram.Spec("pattern", $"{size}", $"{size}") with { WhenFull = WindowFullPolicy.Spill };
        await using TetheredProcess process = await home.StartAsync(spec);
        List<Task<(long, string)>> readers = [process.StandardOutput.OpenRead().HashAsync(home.Bound)];
        List<TetheredProcess> others = [];
        for (int i = 0; i < 3; i++)
        {
            others.Add(await home.AttachAsync(process.Name));
            readers.Add(others[^1].StandardOutput.OpenRead().HashAsync(home.Bound));
        }

        await process.WaitForExitAsync(home.Bound);
        await using TetheredProcess late = await home.AttachAsync(process.Name);
        readers.Add(late.StandardOutput.OpenRead().HashAsync(home.Bound));
        (long, string) expected = (size, PatternHash(size, (ulong)size));
        foreach (Task<(long, string)> reader in readers)
        {
            Assert.Equal(expected, await reader);
        }

        foreach (TetheredProcess other in others)
        {
            await other.DisposeAsync();
        }
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task StandardInput_OneGibibyte_ArrivesUnchanged()
    {
        await using TestHome home = new(180);
        await using TetheredProcess process = await home.StartAsync("sha256sum");
        long size = TestSystem.Current.Bytes(1L << 30);
        string expected = await WritePatternAsync(process.StandardInput, size, home.Bound);
        await process.StandardInput.CompleteAsync(home.Bound);
        Assert.Equal($"{expected}  -\n", await process.StandardOutput.ReadTextAsync(home.Bound));
        Assert.Equal(size, process.StandardInput.Position);
    }

    [Fact]
    public async Task Cat_FloodInBothDirections_DoesNotDeadlock()
    {
        await using TestHome home = new(120);
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("cat") { WhenFull = WindowFullPolicy.Block, OutputWindow = 1024 * 1024 });
        long size = TestSystem.Current.Bytes(256L << 20);
        await using OutputReadStream reader = process.StandardOutput.OpenRead();
        Task<(long, string)> reading = reader.HashAsync(home.Bound);
        string expected = await WritePatternAsync(process.StandardInput, size, home.Bound);
        await process.StandardInput.CompleteAsync(home.Bound);
        Assert.Equal((size, expected), await reading);
        Assert.Equal(0, (await process.WaitForExitAsync(home.Bound)).ExitCode);
    }

    private static async Task<string> WritePatternAsync(ProcessInputStream input, long size, CancellationToken bound)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = new byte[1024 * 1024];
        for (long offset = 0; offset < size; offset += block.Length)
        {
            BytePattern.Fill(block, offset, 7);
            hash.AppendData(block);
            await input.WriteAsync(block, bound);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string PatternHash(int size, ulong seed)
    {
        byte[] pattern = new byte[size];
        BytePattern.Fill(pattern, 0, seed);
        return Convert.ToHexStringLower(SHA256.HashData(pattern));
    }
}
