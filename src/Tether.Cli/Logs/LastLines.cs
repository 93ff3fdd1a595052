namespace Tether.Cli.Logs;

/// <summary>
/// Finds where the last lines start, over both streams in the order seen. It looks at more and more of the end until it has seen enough,
/// so that the tail of a large log costs no more than a look at its end.
/// </summary>
internal sealed class LastLines
{
    private const long FirstSpan = 64 * 1024;

    private readonly bool[] _isLineStart = new bool[2];
    private readonly long[] _firstLine = [long.MaxValue, long.MaxValue];
    private readonly Queue<(OutputStream Stream, long Offset)> _last = new();
    private long _count;

    /// <summary>The offsets of stdout and stderr from which on there are exactly so many lines; an unfinished last line counts.</summary>
    internal static async Task<(long StandardOutput, long StandardError)> FindAsync(TetheredProcess process, LogSelection selection, int lines, CancellationToken cancellationToken)
    {
        for (long span = FirstSpan; ; span *= 8)
        {
            OutputStatus output = process.StandardOutput.Status;
            OutputStatus error = process.StandardError.Status;
            long[] starts = [selection.StandardOutput ? Math.Max(output.Start, output.End - span) : output.End, selection.StandardError ? Math.Max(error.Start, error.End - span) : error.End];
            bool[] isWhole = [!selection.StandardOutput || starts[0] == output.Start, !selection.StandardError || starts[1] == error.Start];
            long[] ends = [output.End, error.End];
            LastLines last = new();
            (last._isLineStart[0], last._isLineStart[1]) = (isWhole[0], isWhole[1]);
            await foreach (OutputChunk chunk in process.ReadOutputAsync(follow: false, starts[0], starts[1], cancellationToken).ConfigureAwait(false))
            {
                if (selection.Has(chunk.Stream))
                {
                    last.Scan(chunk, lines);
                    ends[(int)chunk.Stream - 1] = chunk.Offset + chunk.Data.Length + chunk.MissedBytes;
                }
            }

            if (last.IsEnough(0, lines, isWhole) && last.IsEnough(1, lines, isWhole))
            {
                return (last.StartOf(OutputStream.StandardOutput, ends), last.StartOf(OutputStream.StandardError, ends));
            }
        }
    }

    private void Scan(OutputChunk chunk, int lines)
    {
        int stream = (int)chunk.Stream - 1;
        if (chunk.MissedBytes > 0)
        {
            _isLineStart[stream] = false;
            return;
        }

        ReadOnlySpan<byte> data = chunk.Data.Span;
        int place = 0;
        while (place < data.Length)
        {
            if (_isLineStart[stream])
            {
                Add(chunk.Stream, chunk.Offset + place, lines);
                _isLineStart[stream] = false;
            }

            int newline = data[place..].IndexOf((byte)'\n');
            if (newline < 0)
            {
                return;
            }

            _isLineStart[stream] = true;
            place += newline + 1;
        }
    }

    private void Add(OutputStream stream, long offset, int lines)
    {
        ref long first = ref _firstLine[(int)stream - 1];
        first = Math.Min(first, _count);
        _count++;
        _last.Enqueue((stream, offset));
        if (_last.Count > lines)
        {
            _last.Dequeue();
        }
    }

    /// <summary>What was not looked at of a stream is older than its first line here; so it matters only when that line is among the last.</summary>
    private bool IsEnough(int stream, int lines, bool[] isWhole) => isWhole[stream] || _firstLine[stream] <= _count - lines;

    private long StartOf(OutputStream stream, long[] ends)
    {
        foreach ((OutputStream of, long offset) in _last)
        {
            if (of == stream)
            {
                return offset;
            }
        }

        return ends[(int)stream - 1];
    }
}
