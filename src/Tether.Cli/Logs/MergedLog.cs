using System.Text;
using Tether.Cli.Formatting;

namespace Tether.Cli.Logs;

/// <summary>
/// Both streams in the order seen, each to its counterpart, or one of them to stdout; with the time in front of each line if wanted.
/// </summary>
internal static class MergedLog
{
    internal static async Task WriteAsync(TetheredProcess process, LogSelection selection, bool follow, bool timestamps, CancellationToken cancellationToken)
    {
        // A line may arrive in pieces, with pieces of the other stream between them.
        bool[] isLineStart = [true, true];
        IAsyncEnumerable<OutputChunk> chunks = process.ReadOutputAsync(follow, selection.StartOf(process.StandardOutput), selection.StartOf(process.StandardError), cancellationToken);
        await foreach (OutputChunk chunk in chunks.ConfigureAwait(false))
        {
            if (!selection.Has(chunk.Stream))
            {
                continue;
            }

            if (chunk.MissedBytes > 0)
            {
                Message.WriteGap(chunk.Stream, chunk.MissedBytes);
                continue;
            }

            Stream target = selection.Single is null ? StandardStreams.Of(chunk.Stream) : StandardStreams.Output;
            target.Write(timestamps ? Stamp(chunk, ref isLineStart[(int)chunk.Stream - 1]) : chunk.Data.Span);
        }
    }

    /// <summary>The chunk with its time in front of each line that starts in it; "-" where the time is no longer known.</summary>
    private static ReadOnlySpan<byte> Stamp(OutputChunk chunk, ref bool isLineStart)
    {
        byte[] stamp = Encoding.ASCII.GetBytes((chunk.Time is { } time ? Times.ToPreciseText(time) : "-") + " ");
        List<byte> text = new(chunk.Data.Length + 4 * stamp.Length);
        ReadOnlySpan<byte> rest = chunk.Data.Span;
        while (!rest.IsEmpty)
        {
            if (isLineStart)
            {
                text.AddRange(stamp);
            }

            int length = rest.IndexOf((byte)'\n') is >= 0 and var newline ? newline + 1 : rest.Length;
            isLineStart = rest[length - 1] == '\n';
            text.AddRange(rest[..length]);
            rest = rest[length..];
        }

        return text.ToArray();
    }
}
