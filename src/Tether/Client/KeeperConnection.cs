using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Tether.Platform;
using Tether.Protocol;
using Tether.Records;

namespace Tether.Client;

/// <summary>
/// One client's connection to a keeper. One task receives and turns frames into state and wake-ups. All
/// members may be used at once from any thread. A connection that ends takes with it the calls that wait on it, and nothing else.
/// </summary>
internal sealed partial class KeeperConnection : IAsyncDisposable
{
    private readonly Stream _connection;
    private readonly FrameReader _frames;
    private readonly string _home;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _disposing = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<ReplyMessage>> _replies = new();
    private readonly TaskCompletionSource<ExitFile> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    // Whoever waits for the end goes on elsewhere: it comes on a thread that disposes, or receives.
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IBlockingReceiver? _receiver;
    private int _lastRequest;

    /// <summary>Over a connection that has been welcomed: the launcher's own, or one that said hello.</summary>
    internal KeeperConnection(Stream connection, FrameReader frames, RecordFile record, TetherOptions options, WelcomeMessage? welcome = null)
    {
        _connection = connection;
        _frames = frames;
        _home = options.Home;
        _logger = options.LoggerFactory?.CreateLogger<KeeperConnection>() ?? (ILogger)NullLogger.Instance;
        Record = record;
        Input = new InputFlow(welcome?.InputPosition ?? 0, welcome?.InputOpen ?? record.StandardInput is null, welcome?.InputCredit ?? Frame.InputCredit);
        Outputs = [new OutputFlow(OutputStream.StandardOutput), new OutputFlow(OutputStream.StandardError)];
        if (welcome?.Exit is { } exit)
        {
            _exited.TrySetResult(exit);
        }

        _receiver = connection as IBlockingReceiver;
        if (_receiver is not null)
        {
            // What follows from a frame is short, and others' code is only ever woken by it.
            _receiver.CompletesInline = true;
        }

        _ = ReceiveAsync();
    }

    /// <summary>Cancelled when this is being disposed.</summary>
    internal CancellationTokenSource Disposing => _disposing;

    internal RecordFile Record { get; }

    internal InputFlow Input { get; }

    /// <summary>What is known of stdout and stderr, in this order.</summary>
    internal OutputFlow[] Outputs { get; }

    /// <summary>How far the readers of stdout and stderr are, in this order (policy "block").</summary>
    internal ReaderOffsets[] Readers { get; } = [new(), new()];

    /// <summary>Ends when the program's exit was published; fails when the keeper or the connection is gone before.</summary>
    internal Task<ExitFile> Exited => _exited.Task;

    /// <summary>Sends a request and returns the keeper's reply to it.</summary>
    internal async Task<ReplyMessage> RequestAsync(Func<int, byte[]> frame, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int id = Interlocked.Increment(ref _lastRequest);
        TaskCompletionSource<ReplyMessage> reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _replies[id] = reply;
        try
        {
            await SendOrLeaveAsync(frame(id), cancellationToken).ConfigureAwait(false);
            Task finished = await Task.WhenAny(reply.Task, _ended.Task).WaitAsync(cancellationToken).ConfigureAwait(false);
            return finished == reply.Task || reply.Task.IsCompletedSuccessfully ? await reply.Task.ConfigureAwait(false) : throw Ended(null);
        }
        finally
        {
            _replies.TryRemove(id, out _);
        }
    }

    /// <summary>Completes when the stream has bytes past <paramref name="offset"/> or is at its end, possibly too early: the caller looks again.</summary>
    /// <exception cref="KeeperLostException">The keeper is gone.</exception>
    /// <exception cref="ConnectionLostException">The connection ended.</exception>
    internal async ValueTask WaitForOutputAsync(
        OutputStream stream, long offset, OutputReadStream? reader, CancellationToken cancellationToken)
    {
        OutputFlow flow = Outputs[(int)stream - 1];
        Task woken = flow.WaitAsync(offset, reader, blocks: false, out bool ask);
        if (woken.IsCompletedSuccessfully)
        {
            return;
        }

        try
        {
            if (ask)
            {
                // Not the caller's token: others rely on this question having been asked.
                await SendOrLeaveAsync(Payloads.StreamOffset(FrameType.WaitOutput, stream, offset), cancellationToken).ConfigureAwait(false);
            }

            await woken.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (!woken.IsCompleted)
            {
                flow.Leave(woken);
            }
        }
    }

    /// <summary>The same, on the caller's thread.</summary>
    internal void WaitForOutput(OutputStream stream, long offset, OutputReadStream reader)
    {
        Task woken = Outputs[(int)stream - 1].WaitAsync(offset, reader, blocks: true, out bool ask);
        if (ask)
        {
            Send(Payloads.StreamOffset(FrameType.WaitOutput, stream, offset));
        }

        WaitFor(woken);
    }

    /// <summary>Blocks until a task of this connection's has ended, and throws what it failed with.</summary>
    internal void WaitFor(Task task)
    {
        if (!task.IsCompleted)
        {
            _receiver?.TryReceiveUntil(task);
        }

        task.GetAwaiter().GetResult();
    }

    /// <summary>Lets whoever waits for output of the stream look again.</summary>
    internal void WakeReaders(OutputStream stream)
    {
        Outputs[(int)stream - 1].WakeAll();
        _receiver?.Interrupt();
    }

    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        await _ended.Task.ConfigureAwait(false);
    }

    private async Task ReceiveAsync()
    {
        Exception? reason = null;
        try
        {
            // Disposing the connection ends the read.
            while (await _frames.ReadAsync(CancellationToken.None).ConfigureAwait(false))
            {
                OnFrame(_frames.Type, _frames.Payload.Span);
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException or ProtocolException)
        {
            reason = error;
        }

        if (!_disposing.IsCancellationRequested)
        {
            // What follows reads files.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }

        try
        {
            End(Ended(reason));
        }
        finally
        {
            _ended.TrySetResult();
            // A thread that receives sees no task end by itself.
            _receiver?.Interrupt();
        }
    }

    private void End(Exception end)
    {
        Log.ConnectionEnded(_logger, Record.Name, end.Message);
        _exited.TrySetException(end);
        // Nobody may be waiting for the exit; that is no unobserved error.
        _ = _exited.Task.Exception;
        Input.Fail(end);
        foreach (OutputFlow output in Outputs)
        {
            output.Fail(end);
        }
    }

    private void OnFrame(FrameType type, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case FrameType.Output:
                var output = Payloads.ReadOutput(payload);
                Outputs[(int)output.Stream - 1].Update(output.End, output.IsOpen);
                break;
            case FrameType.InputAccepted:
                var accepted = Payloads.ReadInputAccepted(payload);
                Input.Accept(accepted.Position, accepted.Credit);
                break;
            case FrameType.InputClosed:
                Input.Close(Payloads.ReadPosition(payload));
                break;
            case FrameType.Exited:
                _exited.TrySetResult(ProtocolJson.Read<ExitFile>(payload));
                break;
            case FrameType.Reply:
                ReplyMessage reply = ProtocolJson.Read<ReplyMessage>(payload);
                if (_replies.TryGetValue(reply.Id, out TaskCompletionSource<ReplyMessage>? waiting))
                {
                    waiting.TrySetResult(reply);
                }

                break;
            case FrameType.Error:
                ErrorMessage error = ProtocolJson.Read<ErrorMessage>(payload);
                throw new ProtocolException(error.Code, $"the keeper refused what was sent ({error.Code}): {error.Message}");
            default:
                // A type of a later version.
                break;
        }
    }

    /// <summary>
    /// What the end of the connection means: this handle was disposed, the keeper lives on, the program has ended (which is looked up
    /// on disk, where a keeper puts it before it ends), or the keeper is gone.
    /// </summary>
    private Exception Ended(Exception? reason)
    {
        if (_disposing.IsCancellationRequested)
        {
            return new ObjectDisposedException(nameof(TetheredProcess), $"This handle of '{Record.Name}' has been disposed; attach again.");
        }

        bool isKept;
        try
        {
            // A keeper that is killed loses its connections a moment before its lock.
            isKept = HostPlatform.Current.IsRecordLocked(Path.Combine(_home, Record.Name)) == true && HostPlatform.Current.IsKeeperAlive(Record);
            if (RecordStore.Open(_home)?.ReadExitFile(Record.Name) is { } exit)
            {
                _exited.TrySetResult(exit);
            }
        }
        catch (Exception error) when (error is TetherException or IOException)
        {
            // A damaged record or directory: whoever waits is told of that, and waits no longer.
            return new ConnectionLostException(Record.Name, error.Message, error);
        }

        return isKept || _exited.Task.IsCompletedSuccessfully
            ? new ConnectionLostException(Record.Name, reason?.Message ?? "the keeper closed it", reason)
            : new KeeperLostException(Record.Name);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "The connection to the keeper of {Name} ended: {Reason}")]
        internal static partial void ConnectionEnded(ILogger logger, string name, string reason);

        [LoggerMessage(2, LogLevel.Debug, "The keeper of {Name} could not be told what was read: {Reason}")]
        internal static partial void NotReported(ILogger logger, string name, string reason);
    }
}
