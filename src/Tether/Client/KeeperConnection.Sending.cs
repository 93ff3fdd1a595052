using Tether.Protocol;

namespace Tether.Client;

/// <content>What is sent, one frame at a time.</content>
internal sealed partial class KeeperConnection
{
    /// <summary>The most that <see cref="WriteInput"/> adds to the bytes.</summary>
    internal const int InputOverhead = (4 * Frame.HeaderSize) + Payloads.AcknowledgeSize + (2 * Payloads.StreamOffsetSize);

    private readonly SemaphoreSlim _sending = new(1, 1);

    /// <summary>Sends a frame whole.</summary>
    /// <exception cref="ConnectionLostException">The connection ended.</exception>
    internal async ValueTask SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken, bool isInput = false)
    {
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await WriteReportsAsync().ConfigureAwait(false);
            // Not the caller's token: half a frame would be the end of the connection.
            await _connection.WriteAsync(frame, _disposing.Token).ConfigureAwait(false);
            if (isInput)
            {
                Input.OnSent();
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            throw Ended(error);
        }
        finally
        {
            EndSending();
        }
    }

    /// <summary>
    /// Sends a frame whole. A caller that is cancelled stops waiting, and the frame goes out all the same when the keeper reads again: half a
    /// frame would be the end of the connection. Its buffer belongs to the frame then.
    /// </summary>
    /// <exception cref="ConnectionLostException">The connection ended.</exception>
    internal async ValueTask SendOrLeaveAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken, bool isInput = false)
    {
        ValueTask sending = SendAsync(frame, CancellationToken.None, isInput);
        if (sending.IsCompletedSuccessfully || !cancellationToken.CanBeCanceled)
        {
            await sending.ConfigureAwait(false);
            return;
        }

        Task sent = sending.AsTask();
        // Nobody may be left to see it fail.
        _ = sent.ContinueWith(static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await sent.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a frame whole, on the caller's thread.</summary>
    internal void Send(ReadOnlySpan<byte> frame, bool isInput = false)
    {
        _sending.Wait();
        try
        {
            while (TakeReport() is { } report)
            {
                _connection.Write(report);
            }

            _connection.Write(frame);
            if (isInput)
            {
                Input.OnSent();
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            throw Ended(error);
        }
        finally
        {
            EndSending();
        }
    }

    /// <summary>
    /// Sends a question. A keeper that has done its work is gone, and may have answered before: what it sent is still to be received, and tells.
    /// </summary>
    internal void Ask(ReadOnlySpan<byte> frame)
    {
        try
        {
            Send(frame);
        }
        catch (TetherException)
        {
            // As above.
        }
    }

    /// <inheritdoc cref="Ask"/>
    internal async ValueTask AskAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        try
        {
            await SendOrLeaveAsync(frame, cancellationToken).ConfigureAwait(false);
        }
        catch (TetherException)
        {
            // As above.
        }
    }

    /// <summary>
    /// Writes the frame of some input into the buffer, and what goes well with it in one send: a program that is given input usually
    /// answers, so the question that a reader will have is asked along with it. Returns the length.
    /// </summary>
    internal int WriteInput(Span<byte> buffer, ReadOnlySpan<byte> bytes)
    {
        int length = Input.TryBeLater() ? Payloads.WriteAcknowledge(buffer, later: true) : 0;
        Frame.WriteHeader(buffer[length..], FrameType.Input, bytes.Length);
        length += Frame.HeaderSize;
        bytes.CopyTo(buffer[length..]);
        length += bytes.Length;
        foreach (OutputFlow output in Outputs)
        {
            if (output.TryExpect(out long offset))
            {
                length += Payloads.WriteStreamOffset(buffer[length..], FrameType.WaitOutput, output.Stream, offset);
            }
        }

        return length;
    }

    /// <summary>
    /// Tells the keeper how far the slowest reader is. Nobody waits for it: whoever is sending meanwhile sends it afterwards, or who sends next before his
    /// own frame, and a keeper that takes nothing keeps no reader from what is in the journal. It is no error when there is no keeper to be told: what
    /// a reader has read is its own, and the next wait for more says what has become of the connection.
    /// </summary>
    internal void ReportReaders()
    {
        if (IsReportWanted && _sending.Wait(0))
        {
            _ = SendReportsAsync();
        }
    }

    private bool IsReportWanted => Array.Exists(Readers, readers => readers.IsNews);

    /// <summary>For who may send now. Looks again after it has let go: who came meanwhile has left it to this one.</summary>
    private async Task SendReportsAsync()
    {
        do
        {
            try
            {
                await WriteReportsAsync().ConfigureAwait(false);
            }
            catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
            {
                Log.NotReported(_logger, Record.Name, error.Message);
            }
            finally
            {
                _sending.Release();
            }
        }
        while (IsReportWanted && _sending.Wait(0));
    }

    /// <summary>Within the lock, so that no older offset is sent behind a newer one.</summary>
    private async ValueTask WriteReportsAsync()
    {
        while (TakeReport() is { } report)
        {
            await _connection.WriteAsync(report, _disposing.Token).ConfigureAwait(false);
        }
    }

    private byte[]? TakeReport()
    {
        foreach (OutputFlow output in Outputs)
        {
            if (Readers[(int)output.Stream - 1].TryTake(out long offset))
            {
                return Payloads.StreamOffset(FrameType.Consumed, output.Stream, offset);
            }
        }

        return null;
    }

    /// <summary>Lets the next one send, and sends what somebody wanted to report meanwhile: it looks after the lock is free, as that one did before.</summary>
    private void EndSending()
    {
        _sending.Release();
        ReportReaders();
    }
}
