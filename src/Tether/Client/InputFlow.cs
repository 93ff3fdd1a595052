namespace Tether.Client;

/// <summary>
/// How far the program's input is and how much more this client may send: what is in flight is bounded by the keeper's credit, so that a
/// program that does not read holds up the writer and nobody else.
/// </summary>
internal sealed class InputFlow(long position, bool isOpen, int credit)
{
    private readonly Lock _lock = new();
    private readonly int _total = credit;
    private int _credit = credit;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _failure;
    private bool _isAsked;
    private bool _isLater;

    /// <summary>How many bytes the program was given, by all clients, as far as this one was told.</summary>
    internal long Position { get; private set; } = position;

    /// <summary>The position that the first byte of this client has, when no other client writes.</summary>
    internal long StartPosition { get; } = position;

    internal bool IsOpen { get; private set; } = isOpen;

    /// <summary>Ends when anything of this changes, or the connection ends.</summary>
    internal Task Changed
    {
        get
        {
            lock (_lock)
            {
                return _changed.Task;
            }
        }
    }

    /// <summary>Takes up to <paramref name="wanted"/> bytes of credit. 0: none is left, and <paramref name="changed"/> ends when that changes.</summary>
    /// <exception cref="InputClosedException">The input is closed.</exception>
    internal int Take(int wanted, string name, out Task changed)
    {
        lock (_lock)
        {
            changed = _changed.Task;
            ThrowIfOver(name);
            int taken = Math.Min(wanted, _credit);
            _credit -= taken;
            _isAsked &= taken == 0;
            return taken;
        }
    }

    /// <summary>
    /// What was taken is on its way. Who was told to ask before has asked too early when another thread took it in between: the keeper's answer
    /// did not wait for it. So they ask again.
    /// </summary>
    internal void OnSent()
    {
        lock (_lock)
        {
            if (_isAsked)
            {
                _isAsked = false;
                Change();
            }
        }
    }

    /// <summary>True once: the keeper is to be told that its acknowledgements are not waited for.</summary>
    internal bool TryBeLater() => !Interlocked.Exchange(ref _isLater, true);

    /// <summary>
    /// True when everything that was sent has been acknowledged; else <paramref name="changed"/> ends when that may have changed, and
    /// <paramref name="ask"/> says that the caller has to ask the keeper for it.
    /// </summary>
    /// <exception cref="InputClosedException">The input was closed before.</exception>
    internal bool IsFlushed(string name, out Task changed, out bool ask)
    {
        lock (_lock)
        {
            changed = _changed.Task;
            ask = false;
            if (_credit == _total)
            {
                return true;
            }

            ThrowIfOver(name);
            ask = !_isAsked;
            _isAsked = true;
            return false;
        }
    }

    /// <summary>True when the input is closed; else <paramref name="changed"/> ends when that may have changed.</summary>
    internal bool IsClosed(out Task changed)
    {
        lock (_lock)
        {
            changed = _changed.Task;
            return IsOpen && _failure is not null ? throw _failure : !IsOpen;
        }
    }

    internal void Accept(long position, long credit)
    {
        lock (_lock)
        {
            Position = Math.Max(Position, position);
            _credit = (int)Math.Min(_total, _credit + credit);
            Change();
        }
    }

    internal void Close(long position)
    {
        lock (_lock)
        {
            Position = Math.Max(Position, position);
            IsOpen = false;
            Change();
        }
    }

    internal void Fail(Exception failure)
    {
        lock (_lock)
        {
            _failure = failure;
            Change();
        }
    }

    private void ThrowIfOver(string name)
    {
        if (!IsOpen)
        {
            throw new InputClosedException(name, Position);
        }

        if (_failure is not null)
        {
            throw _failure;
        }
    }

    private void Change()
    {
        TaskCompletionSource changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }
}
