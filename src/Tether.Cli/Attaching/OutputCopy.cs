namespace Tether.Cli.Attaching;

/// <summary>One of a program's output streams to one of ours, byte for byte. What was missed is said on stderr.</summary>
internal static class OutputCopy
{
    private const int BufferSize = 64 * 1024;

    /// <summary>Follows from an offset to the stream's end; when <paramref name="over"/> is cancelled, to the end of what there is.</summary>
    /// <param name="output">The stream.</param>
    /// <param name="start">The offset; null starts at the oldest byte that there is.</param>
    /// <param name="target">Where to.</param>
    /// <param name="over">Ends following, not copying.</param>
    internal static async Task RunAsync(ProcessOutput output, long? start, Stream target, CancellationToken over)
    {
        long offset = start ?? output.Status.Start;
        try
        {
            offset = await CopyAsync(output, offset, follow: true, target, over).ConfigureAwait(false);
        }
        catch (CopyEndedException ended)
        {
            await CopyAsync(output, ended.Offset, follow: false, target, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Copies from an offset and returns the offset behind the last byte.</summary>
    /// <exception cref="CopyEndedException">It was cancelled, and where.</exception>
    internal static async Task<long> CopyAsync(ProcessOutput output, long offset, bool follow, Stream target, CancellationToken cancellationToken)
    {
        OutputReadStream source = Open(output, offset, follow);
        await using (source.ConfigureAwait(false))
        {
            byte[] buffer = new byte[BufferSize];
            while (true)
            {
                try
                {
                    int read = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                    if (read == 0)
                    {
                        return source.Position;
                    }

                    target.Write(buffer.AsSpan(0, read));
                }
                catch (OutputGapException gap)
                {
                    Message.WriteGap(gap.Stream, gap.MissedBytes);
                }
                catch (OperationCanceledException)
                {
                    throw new CopyEndedException(source.Position);
                }
            }
        }
    }

    /// <summary>The window may move on between the choice of an offset and its use.</summary>
    private static OutputReadStream Open(ProcessOutput output, long offset, bool follow)
    {
        while (true)
        {
            try
            {
                return output.OpenRead(offset, follow);
            }
            catch (OutputGapException gap)
            {
                Message.WriteGap(gap.Stream, gap.MissedBytes);
                offset = gap.AvailableOffset;
            }
        }
    }

    /// <summary>Following was ended at <see cref="Offset"/>.</summary>
    private sealed class CopyEndedException(long offset) : OperationCanceledException
    {
        internal long Offset { get; } = offset;
    }
}
