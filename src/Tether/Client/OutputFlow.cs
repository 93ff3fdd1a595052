using Tether.Platform;

namespace Tether.Client;

/// <summary>What a client knows of an output stream without looking: how far it is, whether more can come. Waiters are woken by frames.</summary>
internal sealed class OutputFlow(OutputStream stream)
{
    private readonly Lock _lock = new();
    private readonly List<TaskCompletionSource> _waiting = [];
    private TaskCompletionSource? _woken;
    private long _askedOffset = long.MaxValue;
    private long _end;
    private bool _isExpectant;
    private bool _isOpen = true;
    private Exception? _failure;

    internal OutputStream Stream { get; } = stream;

    /// <summary>
    /// A task that ends when the stream is past <paramref name="offset"/> or at its end, possibly too early: the caller looks again.
    /// <paramref name="ask"/>: the caller has to ask the keeper for the wake-up.
    /// </summary>
    /// <param name="offset">What is to be passed.</param>
    /// <param name="reader">Whoever waits, if it may be disposed meanwhile: one that was by now would miss its <see cref="WakeAll"/>.</param>
    /// <param name="blocks">
    /// Whether a thread waits for the task's end. A continuation of the task would come late then; what continues another one may run
    /// wherever the stream is updated (<see cref="Wakeups"/>).
    /// </param>
    /// <param name="ask">Whether the keeper is to be asked.</param>
    internal Task WaitAsync(long offset, OutputReadStream? reader, bool blocks, out bool ask)
    {
        lock (_lock)
        {
            ask = false;
            if (_end > offset || !_isOpen || reader is { IsDisposed: true })
            {
                return Task.CompletedTask;
            }

            if (_failure is not null)
            {
                return Task.FromException(_failure);
            }

            // One question serves all who wait at or behind its offset; the answer wakes everybody.
            ask = offset < _askedOffset;
            _askedOffset = Math.Min(_askedOffset, offset);
            if (blocks)
            {
                return (_woken ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            // Each has one of its own: who goes on at once must not keep another one waiting.
            TaskCompletionSource own = new();
            _waiting.Add(own);
            return own.Task;
        }
    }

    /// <summary>Nobody waits for the task any more.</summary>
    internal void Leave(Task task)
    {
        lock (_lock)
        {
            _waiting.RemoveAll(waiting => waiting.Task == task);
        }
    }

    /// <summary>
    /// Whether to ask, with what is being sent anyway, for the wake-up that the next reader will need: somebody was woken, and will likely
    /// wait again. Where nobody does, one frame came for nothing.
    /// </summary>
    internal bool TryExpect(out long offset)
    {
        lock (_lock)
        {
            offset = _end;
            if (!_isExpectant || !_isOpen || _askedOffset <= _end)
            {
                return false;
            }

            _isExpectant = false;
            _askedOffset = _end;
            return true;
        }
    }

    internal void Update(long end, bool isOpen)
    {
        lock (_lock)
        {
            _isExpectant = _woken is not null || _waiting.Count > 0;
            _end = Math.Max(_end, end);
            _isOpen &= isOpen;
            Wake();
        }
    }

    /// <summary>Everybody who waits looks again; a reader that was disposed meanwhile ends by that.</summary>
    internal void WakeAll()
    {
        lock (_lock)
        {
            Wake();
        }
    }

    internal void Fail(Exception failure)
    {
        lock (_lock)
        {
            _failure = failure;
            // They look again, and find it.
            Wake();
        }
    }

    private void Wake()
    {
        _askedOffset = long.MaxValue;
        _woken?.TrySetResult();
        _woken = null;
        foreach (TaskCompletionSource waiting in _waiting)
        {
            Wakeups.Wake(waiting);
        }

        _waiting.Clear();
    }
}
