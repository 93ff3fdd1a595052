using Tether.EndToEnd.Tests.Keep;

namespace Tether.EndToEnd.Tests.FailureModes;

/// <summary>
/// Sends the pattern to a program that echoes it, over any number of keepers that are killed, and accounts for every byte that came back:
/// it is the next one, or the program was given some again, which the record's count of bytes in doubt has to cover.
/// </summary>
internal sealed class EchoConversation(TestHome home, string name, ulong seed)
{
    private const int Overlap = 16;

    /// <summary>How many bytes the program had twice.</summary>
    internal long Doubled { get; private set; }

    /// <summary>Runs after each piece that was sent.</summary>
    internal Action<TetheredProcess>? AfterPiece { get; init; }

    internal async Task RunAsync(long length, int largest)
    {
        Task reading = ReadAsync(length);
        Task writing = WriteAsync(length, largest);
        await await Task.WhenAny(reading, writing);
        await Task.WhenAll(reading, writing);
        long inDoubt = home.Record(name).StandardInput.InDoubt;
        Assert.True(Doubled <= inDoubt, $"{Doubled} bytes of input came twice, and {inDoubt} are said to be in doubt.");
    }

    private async Task WriteAsync(long length, int largest)
    {
        Random random = new((int)seed);
        byte[] piece = new byte[largest];
        while (true)
        {
            await using TetheredProcess process = await home.AttachAsync(name);
            long offset = process.StandardInput.StartPosition;
            try
            {
                while (offset < length)
                {
                    int size = (int)Math.Min(random.Next(largest) + 1, length - offset);
                    BytePattern.Fill(piece.AsSpan(0, size), offset, seed);
                    await process.StandardInput.WriteAsync(piece.AsMemory(0, size), home.Bound);
                    offset += size;
                    AfterPiece?.Invoke(process);
                }

                await process.StandardInput.FlushAsync(home.Bound);
                return;
            }
            catch (Exception error) when (error is KeeperLostException || (error is InputClosedException && process.State != ProcessState.Exited))
            {
                // Another keeper tells where to go on. The second comes from a handle of a program that had no keeper.
            }
        }
    }

    private async Task ReadAsync(long length)
    {
        byte[] buffer = new byte[64 * 1024];
        byte[] expected = new byte[buffer.Length];
        long offset = 0;
        long position = 0;
        int held = 0;
        while (true)
        {
            await using TetheredProcess process = await home.AttachAsync(name);
            await using OutputReadStream output = process.StandardOutput.OpenRead(offset);
            try
            {
                while (position < length)
                {
                    int read = await output.ReadAsync(buffer.AsMemory(held), home.Bound);
                    Assert.True(read > 0, $"The echo ended at {position} of {length} bytes.");
                    offset += read;
                    Check(buffer.AsSpan(0, held + read), expected, ref position, ref held);
                }

                return;
            }
            catch (KeeperLostException)
            {
                // What was held is read again in front of what comes.
            }
        }
    }

    /// <summary>Takes the bytes that follow; where they do not, finds how far the program was set back. Too few to tell are held.</summary>
    private void Check(Span<byte> bytes, byte[] expected, ref long position, ref int held)
    {
        Span<byte> rest = bytes;
        while (!rest.IsEmpty)
        {
            BytePattern.Fill(expected.AsSpan(0, rest.Length), position, seed);
            int same = rest.CommonPrefixLength(expected.AsSpan(0, rest.Length));
            position += same;
            rest = rest[same..];
            if (rest.IsEmpty)
            {
                break;
            }

            if (rest.Length < Overlap)
            {
                break;
            }

            long back = FindBack(rest[..Overlap], position);
            Assert.True(back >= 0, $"At position {position} of the echo come bytes that are none of the last that were sent.");
            Doubled += position - back;
            position = back;
        }

        rest.CopyTo(bytes);
        held = rest.Length;
    }

    private long FindBack(ReadOnlySpan<byte> bytes, long position)
    {
        const int furthest = 1024 * 1024;
        long from = Math.Max(0, position - furthest);
        byte[] sent = new byte[position - from + Overlap];
        BytePattern.Fill(sent, from, seed);
        int found = sent.AsSpan().LastIndexOf(bytes);
        return found < 0 ? -1 : from + found;
    }
}
