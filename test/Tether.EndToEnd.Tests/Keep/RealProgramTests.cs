using System.Security.Cryptography;
using System.Text;

namespace Tether.EndToEnd.Tests.Keep;

/// <summary>Programs of other people, as they are.</summary>
public sealed class RealProgramTests
{
    [Fact]
    public async Task Python_Interactively_AnswersLineByLine()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("python3", "-u", "-i", "-q");
        await using OutputReadStream output = process.StandardOutput.OpenRead();
        for (int i = 0; i < 10; i++)
        {
            await process.StandardInput.WriteTextAsync($"print({i} * 1000)\n", home.Bound);
            string expected = $"{i * 1000}\n";
            Assert.Equal(expected, await output.ReadTextAsync(expected.Length, home.Bound));
        }

        await process.StandardInput.WriteTextAsync("raise SystemExit(33)\n", home.Bound);
        Assert.Equal(33, (await process.WaitForExitAsync(home.Bound)).ExitCode);
        Assert.StartsWith(">>> ", await process.StandardError.ReadTextAsync(home.Bound), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bc_Conversation_Calculates()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("bc", "-q");
        await using OutputReadStream output = process.StandardOutput.OpenRead();
        await process.StandardInput.WriteTextAsync("2^100\n", home.Bound);
        const string answer = "1267650600228229401496703205376\n";
        Assert.Equal(answer, await output.ReadTextAsync(answer.Length, home.Bound));
        await process.StandardInput.CompleteAsync(home.Bound);
        Assert.Equal(0, (await process.WaitForExitAsync(home.Bound)).ExitCode);
    }

    [Fact]
    public async Task GzipAndGunzip_Chained_GiveTheBytesBack()
    {
        await using TestHome home = new(120);
        await using TetheredProcess gzip = await home.StartAsync(new ProcessSpec("gzip", "-1") { WhenFull = WindowFullPolicy.Block });
        await using TetheredProcess gunzip = await home.StartAsync(new ProcessSpec("gunzip") { WhenFull = WindowFullPolicy.Block });
        await using OutputReadStream packed = gzip.StandardOutput.OpenRead();
        await using OutputReadStream unpacked = gunzip.StandardOutput.OpenRead();
        Task chain = ChainAsync();
        Task<(long, string)> result = unpacked.HashAsync(home.Bound);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        StringBuilder text = new();
        long length = 0;
        for (int i = 0; i < 200; i++)
        {
            text.Clear();
            for (int line = 0; line < 5000; line++)
            {
                text.Append(i * line).Append(" lines of a log that packs well\n");
            }

            byte[] bytes = Encoding.ASCII.GetBytes(text.ToString());
            length += bytes.Length;
            hash.AppendData(bytes);
            await gzip.StandardInput.WriteAsync(bytes, home.Bound);
        }

        await gzip.StandardInput.CompleteAsync(home.Bound);
        await chain;
        Assert.Equal((length, Convert.ToHexStringLower(hash.GetHashAndReset())), await result);
        Assert.Equal(0, (await gunzip.WaitForExitAsync(home.Bound)).ExitCode);

        async Task ChainAsync()
        {
            await packed.CopyToAsync(gunzip.StandardInput, home.Bound);
            await gunzip.StandardInput.CompleteAsync(home.Bound);
        }
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Sort_OneGibibyteFedByTether_IsSorted()
    {
        await using TestHome home = new(240);
        // Sixteen bytes a line; a permutation of the numbers below 2^26, so that the sorted output is known.
        const int count = 1 << 26;
        const int lineLength = 16;
        const int linesPerBlock = 1 << 16;
        ProcessSpec spec = new("sort", "--parallel=2", "-S", "1536M")
        {
            WhenFull = WindowFullPolicy.Block, WorkingDirectory = home.Path, Environment = new Dictionary<string, string?> { ["LC_ALL"] = "C", ["TMPDIR"] = home.Path },
        };
        await using TetheredProcess process = await home.StartAsync(spec);
        await using OutputReadStream reader = process.StandardOutput.OpenRead();
        Task<(long, string)> reading = reader.HashAsync(home.Bound);
        byte[] block = new byte[linesPerBlock * lineLength];
        for (int start = 0; start < count; start += linesPerBlock)
        {
            Fill(block, start, number => (int)(((long)number * 40503) & (count - 1)));
            await process.StandardInput.WriteAsync(block, home.Bound);
        }

        await process.StandardInput.CompleteAsync(home.Bound);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int start = 0; start < count; start += linesPerBlock)
        {
            Fill(block, start, number => number);
            hash.AppendData(block);
        }

        Assert.Equal(((long)count * lineLength, Convert.ToHexStringLower(hash.GetHashAndReset())), await reading);
        Assert.Equal(0, (await process.WaitForExitAsync(home.Bound)).ExitCode);

        static void Fill(Span<byte> block, int start, Func<int, int> number)
        {
            for (int line = 0; line < linesPerBlock; line++)
            {
                int value = number(start + line);
                Span<byte> text = block.Slice(line * lineLength, lineLength);
                text.Fill((byte)'0');
                text[^1] = (byte)'\n';
                for (int digit = lineLength - 2; value > 0; digit--, value /= 10)
                {
                    text[digit] = (byte)('0' + (value % 10));
                }
            }
        }
    }
}
