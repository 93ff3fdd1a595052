using Tether.Protocol;

namespace Tether.Fuzz;

/// <summary>
/// One sender. It sends frames in batches, follows with the <see cref="Oracle"/> what has to come of them, and compares: every reply in its
/// order, the code of every refusal. A connection ends by a refusal, in the middle of a frame, or after some batches.
/// </summary>
internal sealed class FuzzWorker(KeeperUnderTest keeper, int number, int seed, long frames)
{
    private const int FramesPerBatch = 400;
    private const int MarkerSignal = 77;
    private const int MaximumInFlight = Frame.InputCredit / 2;

    private readonly Random _random = new(seed);
    private readonly Queue<(int Id, int Errno)> _expected = [];
    private readonly byte[] _batch = new byte[1024 * 1024];
    private readonly Oracle _oracle = new(number);
    private int _marker;
    private int _inFlight;

    internal long Sent { get; private set; }

    internal long Refused { get; private set; }

    internal long Connections { get; private set; }

    internal long TornOff { get; private set; }

    internal long Replies { get; private set; }

    internal uint Cells => _oracle.NextCell;

    internal void Run()
    {
        Mutator mutator = new(_random, number, keeper.TakesInput);
        while (Sent < frames)
        {
            Connections++;
            using RawConnection connection = new(keeper.SocketPath);
            _oracle.IsWelcome = false;
            _expected.Clear();
            _inFlight = 0;
            for (int batches = _random.Next(1, 8); batches > 0 && SendBatch(connection, mutator); batches--)
            {
            }
        }
    }

    /// <summary>True when the connection lives on.</summary>
    private bool SendBatch(RawConnection connection, Mutator mutator)
    {
        int length = 0;
        int judged = 0;
        string? refusal = null;
        // One connection in eight starts with something else than a hello.
        if (!_oracle.IsWelcome && _random.Next(8) != 0)
        {
            Append(Corpus.Hello, ref length);
        }

        for (int i = 0; i < FramesPerBatch && refusal is null && length < _batch.Length - 2 * Frame.MaximumPayload; i++)
        {
            int before = length;
            Append(mutator.Next(_oracle.NextCell, MaximumInFlight - _inFlight), ref length);
            if (!Judge(ref judged, length, ref refusal))
            {
                // It would be obeyed: the program must live, so it is not sent. Nothing before it has changed.
                length = Math.Max(judged, before);
                if (judged < length)
                {
                    // It completed a frame that had begun before it: the batch is torn there.
                    break;
                }
            }
        }

        bool isTorn = refusal is null && judged < length;
        if (refusal is null && !isTorn)
        {
            _marker++;
            Append(Frame.Create(FrameType.Signal, System.Text.Encoding.UTF8.GetBytes($$"""{"id":{{_marker}},"signal":{{MarkerSignal}}}""")), ref length);
            _ = Judge(ref judged, length, ref refusal);
        }

        connection.Send(_batch.AsSpan(0, length));
        if (isTorn)
        {
            // Half a frame, and the client is gone: what it sent whole was taken, the half is not.
            TornOff++;
            return false;
        }

        Compare(connection, refusal);
        return refusal is null;
    }

    /// <summary>Follows the frames that are complete. False when the last one would be obeyed; it is not counted then.</summary>
    private bool Judge(ref int judged, int length, ref string? refusal)
    {
        while (judged < length)
        {
            switch (_oracle.Judge(_batch.AsSpan(judged, length - judged), out int frameLength))
            {
                case Verdict.Incomplete:
                    return true;
                case Verdict.Obeyed:
                    return false;
                case Verdict.Refused:
                    Sent++;
                    refusal = _oracle.Code;
                    judged = length;
                    return true;
            }

            Sent++;
            judged += frameLength;
            if (_oracle.Reply is { } reply)
            {
                _expected.Enqueue(reply);
            }

            if (_oracle.Input > 0)
            {
                _inFlight += _oracle.Input;
                _oracle.NextCell++;
            }
        }

        return true;
    }

    private void Compare(RawConnection connection, string? refusal)
    {
        while (connection.TryReceive(out FrameType type, out ReadOnlySpan<byte> payload))
        {
            switch (type)
            {
                case FrameType.Reply:
                    ReplyMessage reply = ProtocolJson.Read<ReplyMessage>(payload);
                    FuzzFailureException.ThrowIf(!_expected.TryDequeue(out var expected) || expected != (reply.Id, reply.Errno), $"Reply {reply} came; {expected} was to come.");
                    Replies++;
                    if (refusal is null && reply.Id == _marker && _expected.Count == 0)
                    {
                        return;
                    }

                    break;
                case FrameType.InputAccepted:
                    _inFlight -= (int)Payloads.ReadInputAccepted(payload).Credit;
                    break;
                case FrameType.Error:
                    ErrorMessage error = ProtocolJson.Read<ErrorMessage>(payload);
                    FuzzFailureException.ThrowIf(error.Code != refusal, $"The keeper refused with '{error.Code}' ({error.Message}); '{refusal}' was to come.");
                    FuzzFailureException.ThrowIf(_expected.Count > 0, $"{_expected.Count} replies did not come before the refusal.");
                    FuzzFailureException.ThrowIf(connection.TryReceive(out _, out _), "A frame came after the error.");
                    Refused++;
                    return;
                case FrameType.Welcome or FrameType.Output:
                    break;
                default:
                    throw new FuzzFailureException($"A frame of type {type} came, which nothing asked for.");
            }
        }

        throw new FuzzFailureException(refusal is null ? "The keeper closed a connection that had broken no rule." : $"The keeper closed the connection without the error '{refusal}'.");
    }

    private void Append(ReadOnlySpan<byte> bytes, ref int length)
    {
        bytes.CopyTo(_batch.AsSpan(length));
        length += bytes.Length;
    }
}
