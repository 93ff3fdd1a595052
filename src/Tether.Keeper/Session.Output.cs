using Tether.Journal;
using Tether.Protocol;

namespace Tether.Keeper;

/// <summary>Output: from the program's streams into the journal; clients that sleep are woken.</summary>
internal sealed partial class Session
{
    /// <summary>How many bytes may be read from the stream now. 0: nothing, until <see cref="IKeptProgram.PauseOutput"/> resumes it.</summary>
    internal int OutputRoom(OutputStream stream)
    {
        OutputState output = _outputs[(int)stream - 1];
        int room = output.Pending.Length > 0 ? 0 : output.Journal.Room();
        if (room == 0)
        {
            Pause(output, true);
        }

        return room;
    }

    /// <summary>The bytes stay the caller's and as they are until <see cref="OutputRoom"/> is not 0 again: what cannot be journaled yet waits there.</summary>
    internal void OnOutput(OutputStream stream, ReadOnlyMemory<byte> bytes)
    {
        OutputState output = _outputs[(int)stream - 1];
        int appended = Append(output, bytes.Span);
        if (appended < bytes.Length)
        {
            Hold(output, bytes[appended..]);
        }

        if (appended > 0)
        {
            Ring(output);
        }
    }

    /// <summary>So many bytes stand in the journal at their place already (<see cref="StreamJournal.PlaceOf"/>).</summary>
    internal void OnOutputInPlace(OutputStream stream, int length)
    {
        OutputState output = _outputs[(int)stream - 1];
        // Where something may be dropped, the order always has place.
        _ = _journal.Order.Note(stream, output.Journal.End);
        output.Journal.Commit(length);
        Ring(output);
    }

    /// <summary>
    /// The last holder of the writing end is gone while the stream is paused. What waits in the pipe is bounded by its size, and a
    /// keeper does not stay for a reader that may never come.
    /// </summary>
    internal void OnOutputOrphaned(OutputStream stream)
    {
        OutputState output = _outputs[(int)stream - 1];
        output.IsOrphaned = true;
        Resume(output);
    }

    /// <summary>False once the last holder of the stream's writing end was seen gone.</summary>
    internal bool IsOutputOpen(OutputStream stream) => _outputs[(int)stream - 1].IsOpen;

    internal bool IsPaused(OutputStream stream) => _outputs[(int)stream - 1].IsPaused;

    /// <summary>The last holder of the stream's writing end is gone, and everything was read.</summary>
    internal void OnOutputEnded(OutputStream stream)
    {
        OutputState output = _outputs[(int)stream - 1];
        output.IsOpen = false;
        output.Journal.Close();
        FaultPoint.Reach("output-closed");
        if (!_outputs[0].IsOpen && !_outputs[1].IsOpen)
        {
            _journal.Order.Close();
        }

        Ring(output);
        PublishExitIfComplete();
    }

    private void OnWaitOutput(KeeperClient client, OutputStream stream, long offset)
    {
        // One wait per client and stream: the lowest, so that of a client's readers none is forgotten.
        ref long wait = ref client.Wait(stream);
        wait = wait < 0 ? offset : Math.Min(wait, offset);
        Ring(client, _outputs[(int)stream - 1]);
    }

    private void OnConsumed(KeeperClient client, OutputStream stream, long offset)
    {
        OutputState output = _outputs[(int)stream - 1];
        if (offset > output.Journal.End)
        {
            throw new ProtocolException("bad-offset", $"Offset {offset} of {stream} was consumed; the stream ends at {output.Journal.End}.");
        }

        // It may go back, for a second reader of the client that starts behind the first: then nothing more gives way until that one is there.
        client.Consumed(stream) = offset;
        Release(output);
    }

    /// <summary>What every attached reader has consumed may give way. Without a reader nothing changes: the bytes are kept for the next one.</summary>
    private void Release(OutputState output)
    {
        long slowest = long.MaxValue;
        foreach (KeeperClient client in _clients)
        {
            long consumed = client.Consumed(output.Stream);
            slowest = consumed >= 0 ? Math.Min(slowest, consumed) : slowest;
        }

        if (slowest != long.MaxValue)
        {
            output.Journal.Release(slowest);
            Resume(output);
        }
    }

    private int Append(OutputState output, ReadOnlySpan<byte> bytes)
    {
        if (_journal.Order.Note(output.Stream, output.Journal.End))
        {
            return output.Journal.Append(bytes);
        }

        output.Journal.ReportDiskFull();
        return 0;
    }

    private void Hold(OutputState output, ReadOnlyMemory<byte> rest)
    {
        output.Pending = rest;
        if (output.IsOrphaned || output.Journal.Room() > 0)
        {
            StallByDisk(output);
        }

        Pause(output, true);
    }

    private void StallByDisk(OutputState output)
    {
        output.IsStalledByDisk = true;
        _diskDeadline = Math.Min(_diskDeadline, Now + DiskRetry.Ticks);
    }

    private void Resume(OutputState output)
    {
        if (output.IsOrphaned && !output.Journal.TakeRest())
        {
            StallByDisk(output);
            return;
        }

        if (output.Journal.Room() == 0)
        {
            return;
        }

        if (output.Pending.Length > 0)
        {
            ReadOnlyMemory<byte> pending = output.Pending;
            output.Pending = default;
            int appended = Append(output, pending.Span);
            if (appended > 0)
            {
                Ring(output);
            }

            if (appended < pending.Length)
            {
                Hold(output, pending[appended..]);
                return;
            }
        }

        if (output.IsPaused && output.Journal.Room() > 0)
        {
            Pause(output, false);
        }
    }

    private void RetryStalledOutputs()
    {
        foreach (OutputState output in _outputs)
        {
            if (output.IsStalledByDisk)
            {
                output.IsStalledByDisk = false;
                Resume(output);
            }
        }
    }

    private void Pause(OutputState output, bool paused)
    {
        if (output.IsPaused != paused)
        {
            output.IsPaused = paused;
            _program.PauseOutput(output.Stream, paused);
        }
    }

    private void Ring(OutputState output)
    {
        foreach (KeeperClient client in _clients)
        {
            Ring(client, output);
        }
    }

    private void Ring(KeeperClient client, OutputState output)
    {
        StreamJournal journal = output.Journal;
        ref long wait = ref client.Wait(output.Stream);
        if (wait < 0 || (journal.End <= wait && output.IsOpen))
        {
            return;
        }

        wait = -1;
        // In one send with what is owed: the client is woken once.
        Span<byte> frames = stackalloc byte[(2 * Frame.HeaderSize) + Payloads.InputAcceptedSize + Payloads.OutputSize];
        int length = client.InputOwed > 0 ? WriteAcknowledgement(client, frames) : 0;
        Payloads.WriteOutput(frames[length..], output.Stream, output.IsOpen, journal.Start, journal.End);
        client.Send(frames[..(length + Frame.HeaderSize + Payloads.OutputSize)]);
    }
}
