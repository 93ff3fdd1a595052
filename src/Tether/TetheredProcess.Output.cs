using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Tether.Client;
using Tether.Journal;

namespace Tether;

/// <content>Both output streams together, and events.</content>
public sealed partial class TetheredProcess
{
    /// <summary>
    /// Reads both output streams in the order in which the keeper saw them, with the times. It looks on: with
    /// <see cref="WindowFullPolicy.Block"/> it consumes nothing. A gap is a chunk of its own.
    /// </summary>
    /// <param name="follow">True, the default, waits for more until both streams end; false ends at what there was at its start.</param>
    /// <param name="standardOutputOffset">Where to start in stdout; null starts at the oldest byte that there is.</param>
    /// <param name="standardErrorOffset">Where to start in stderr; null starts at the oldest byte that there is.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The pieces. Each is the caller's to keep.</returns>
    /// <exception cref="KeeperLostException">Everything there is was read, and the keeper is gone.</exception>
    /// <exception cref="ConnectionLostException">Everything there is was read, and the connection ended.</exception>
    /// <exception cref="CorruptRecordException">The record is damaged.</exception>
    public async IAsyncEnumerable<OutputChunk> ReadOutputAsync(
        bool follow = true,
        long? standardOutputOffset = null,
        long? standardErrorOffset = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        MergedReader reader = new(_journal, standardOutputOffset ?? StandardOutput.Status.Start, standardErrorOffset ?? StandardError.Status.Start, follow);
        Exception? ended = null;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool isOpen = follow && (StandardOutput.Status.IsOpen || StandardError.Status.IsOpen);
            bool any = false;
            while (reader.TryRead() is { } chunk)
            {
                any = true;
                yield return chunk;
            }

            if (!isOpen)
            {
                yield break;
            }

            if (!any)
            {
                Rethrow(ended);
                ended = await WaitForAnyOutputAsync(reader.OffsetOf(OutputStream.StandardOutput), reader.OffsetOf(OutputStream.StandardError), null, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// The program's events from its start on, each once and without a race, also for a program that has ended before it was asked for.
    /// The sequence ends with <see cref="ProcessEventKind.Exited"/> or <see cref="ProcessEventKind.KeeperLost"/>.
    /// </summary>
    /// <remarks>
    /// The order: <see cref="ProcessEventKind.Started"/> once and first; any number of <see cref="ProcessEventKind.OutputAvailable"/>; of each
    /// stream one <see cref="ProcessEventKind.OutputEnded"/> behind all of its output; one <see cref="ProcessEventKind.InputClosed"/> when either
    /// side closed the input, at the latest before the exit; <see cref="ProcessEventKind.Exited"/> once and last. A crash is the same order
    /// with a <see cref="ProcessExitStatus.Signal"/> in the exit. When a process that the program left behind still holds a stream, that
    /// stream has no end before the exit (<see cref="ProcessExitStatus.OutputComplete"/> is false): <see cref="ReadOutputAsync"/> reads on.
    /// </remarks>
    /// <param name="cancellationToken">Stops the sequence.</param>
    /// <returns>The events. Output that comes faster than it is asked for is one event.</returns>
    /// <exception cref="ConnectionLostException">The connection ended.</exception>
    public async IAsyncEnumerable<ProcessEvent> ReadEventsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        yield return new ProcessEvent(ProcessEventKind.Started);
        long[] seen = [0, 0];
        bool[] endSeen = [false, false];
        bool inputSeen = false;
        Exception? ended = null;
        while (true)
        {
            // What was written before the end, or before the input was closed, is told before it: so this is looked at first. The input as this handle
            // was told of it, so that a write after the event finds it closed. On disk it is closed a moment before.
            bool exited = State == ProcessState.Exited;
            bool isInputOpen = _connection is { Exited.IsCompleted: false } ? _connection.Input.IsOpen : _journal.Positions(JournalSection.StandardInput).IsOpen;
            bool lost = !exited && (_connection is null || ended is KeeperLostException || _connection.Exited is { IsFaulted: true, Exception.InnerException: KeeperLostException });
            ProcessOutput[] outputs = [StandardOutput, StandardError];
            bool[] wereOpen = [StandardOutput.Status.IsOpen, StandardError.Status.IsOpen];
            foreach (ProcessOutput output in outputs)
            {
                long end = output.Status.End;
                if (end > seen[(int)output.Stream - 1])
                {
                    seen[(int)output.Stream - 1] = end;
                    yield return new ProcessEvent(ProcessEventKind.OutputAvailable) { Stream = output.Stream, End = end };
                }
            }

            foreach (ProcessOutput output in outputs)
            {
                if (!wereOpen[(int)output.Stream - 1] && !endSeen[(int)output.Stream - 1])
                {
                    endSeen[(int)output.Stream - 1] = true;
                    yield return new ProcessEvent(ProcessEventKind.OutputEnded) { Stream = output.Stream, End = seen[(int)output.Stream - 1] };
                }
            }

            if (!inputSeen && !isInputOpen)
            {
                inputSeen = true;
                yield return new ProcessEvent(ProcessEventKind.InputClosed);
            }

            if (exited)
            {
                yield return new ProcessEvent(ProcessEventKind.Exited) { Exit = await WaitForExitAsync(cancellationToken).ConfigureAwait(false) };
                yield break;
            }

            if (lost)
            {
                yield return new ProcessEvent(ProcessEventKind.KeeperLost);
                yield break;
            }

            Rethrow(ended);
            ended = await WaitForAnyOutputAsync(seen[0], seen[1], inputSeen, cancellationToken, endSeen).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Waits until either stream has bytes past its offset or ended, or something else of interest happened: the exit always, the end of
    /// the input when <paramref name="inputSeen"/> is false. An end that stands in <paramref name="endSeen"/> is waited for no more.
    /// The end of the connection is returned, not thrown: a keeper that has done its work ends, so the caller looks once more at what there is
    /// before it is an error.
    /// </summary>
    private async Task<Exception?> WaitForAnyOutputAsync(long standardOutput, long standardError, bool? inputSeen, CancellationToken cancellationToken, bool[]? endSeen = null)
    {
        KeeperConnection connection = _connection ?? throw new KeeperLostException(Name);
        using CancellationTokenSource others = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task> waits = [];
        AddOutput(StandardOutput, standardOutput);
        AddOutput(StandardError, standardError);
        if (inputSeen is not null)
        {
            waits.Add(connection.Exited);
            if (inputSeen == false)
            {
                Task changed = connection.Input.Changed;
                waits.Add(connection.Input.IsOpen ? changed : Task.CompletedTask);
            }
        }

        foreach (Task wait in waits)
        {
            // All of them fail with the connection, and one is looked at; the others are no unobserved errors.
            _ = wait.ContinueWith(static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        if (waits.Count == 0)
        {
            // Both streams have ended since the caller looked.
            return null;
        }

        Task first = await Task.WhenAny(waits).WaitAsync(cancellationToken).ConfigureAwait(false);
        await others.CancelAsync().ConfigureAwait(false);
        try
        {
            await first.ConfigureAwait(false);
            return null;
        }
        catch (Exception error) when (error is KeeperLostException or ConnectionLostException)
        {
            return error;
        }

        // A stream at its end has nothing more to tell, and would end every wait at once.
        void AddOutput(ProcessOutput output, long offset)
        {
            OutputStatus status = output.Status;
            if (endSeen is null ? status.IsOpen || status.End > offset : !endSeen[(int)output.Stream - 1])
            {
                waits.Add(connection.WaitForOutputAsync(output.Stream, offset, reader: null, others.Token).AsTask());
            }
        }
    }

    private static void Rethrow(Exception? error)
    {
        if (error is not null)
        {
            ExceptionDispatchInfo.Throw(error);
        }
    }
}
