namespace Tether.Cli.Logs;

/// <summary>What <c>logs</c> prints: which streams, and where each starts.</summary>
internal sealed class LogSelection(TetheredProcess process)
{
    private readonly long[] _starts = new long[2];

    internal required bool StandardOutput { get; init; }

    internal required bool StandardError { get; init; }

    /// <summary>The stream, when it is only one.</summary>
    internal ProcessOutput? Single => StandardOutput && StandardError ? null : StandardOutput ? process.StandardOutput : process.StandardError;

    internal bool Has(OutputStream stream) => stream == OutputStream.StandardOutput ? StandardOutput : StandardError;

    internal long StartOf(ProcessOutput output) => _starts[(int)output.Stream - 1];

    /// <summary>Decides where each stream starts: at an offset, so many lines before the end, or at the oldest byte.</summary>
    /// <exception cref="TetherException">The offset is outside the window.</exception>
    internal async Task StartAsync(long? from, long? tail, CancellationToken cancellationToken)
    {
        if (tail is { } lines)
        {
            (_starts[0], _starts[1]) = await LastLines.FindAsync(process, this, (int)Math.Min(lines, int.MaxValue), cancellationToken).ConfigureAwait(false);
            return;
        }

        foreach (ProcessOutput output in (ProcessOutput[])[process.StandardOutput, process.StandardError])
        {
            OutputStatus status = output.Status;
            // A stream that is not printed starts at its end, so that nothing of it is read.
            _starts[(int)output.Stream - 1] = !Has(output.Stream) ? status.End : from is { } offset ? Inside(output, status, offset) : Oldest(output, status);
        }
    }

    private long Inside(ProcessOutput output, OutputStatus status, long offset) => offset >= status.Start && offset <= status.End
        ? offset
        : throw new TetherException($"Offset {offset} of {StandardStreams.NameOf(output.Stream)} of '{process.Name}' is outside the window: bytes {status.Start} to {status.End} can be read.");

    private long Oldest(ProcessOutput output, OutputStatus status)
    {
        // What a policy other than "drop" gave up, a reader has had.
        if (status.Start > 0 && process.GetRecord().WhenFull == WindowFullPolicy.DropOldest)
        {
            Message.WriteGap(output.Stream, status.Start);
        }

        return status.Start;
    }
}
