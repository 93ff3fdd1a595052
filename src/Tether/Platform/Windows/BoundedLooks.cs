using System.Runtime.ExceptionServices;

namespace Tether.Platform.Windows;

/// <summary>
/// Looks at others' handles and memory, which may never return: any question about a file that was opened for synchronous use, even what
/// type it is, waits until the read or write that is under way on it has ended; and Wine asks a process itself for its memory, which one that
/// is just ending never answers. Each look is made on a thread that is left behind when that happens.
/// </summary>
internal sealed class BoundedLooks : IDisposable
{
    /// <summary>Far more than a look takes. Where many of them do not end, nobody shall wait that long for each.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LaterPatience = TimeSpan.FromMilliseconds(50);
    private const int LostUntilLater = 3;

    private Worker? _worker;
    private int _lost;

    /// <summary>Makes the look; false when it does not end.</summary>
    internal bool TryLook<T>(Func<T> look, out T? result)
    {
        T? found = default;
        _worker ??= new Worker();
        if (_worker.Run(() => found = look(), _lost < LostUntilLater ? Patience : LaterPatience))
        {
            result = found;
            return true;
        }

        _worker = null;
        _lost++;
        result = default;
        return false;
    }

    public void Dispose() => _worker?.End();

    private sealed class Worker
    {
        private readonly object _gate = new();
        private Action? _look;
        private bool _isDone;
        private bool _isEnding;
        private ExceptionDispatchInfo? _error;

        internal Worker() => new Thread(Work) { IsBackground = true, Name = "Tether look" }.Start();

        /// <summary>Once it has answered false, it ends after the look, should that ever return.</summary>
        internal bool Run(Action look, TimeSpan patience)
        {
            long deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
            lock (_gate)
            {
                (_look, _isDone) = (look, false);
                Monitor.PulseAll(_gate);
                while (!_isDone)
                {
                    long left = deadline - Environment.TickCount64;
                    if (left <= 0)
                    {
                        _isEnding = true;
                        return false;
                    }

                    Monitor.Wait(_gate, (int)left);
                }

                ExceptionDispatchInfo? error = _error;
                _error = null;
                error?.Throw();
                return true;
            }
        }

        internal void End()
        {
            lock (_gate)
            {
                _isEnding = true;
                Monitor.PulseAll(_gate);
            }
        }

        private void Work()
        {
            while (Next() is { } look)
            {
                ExceptionDispatchInfo? error = null;
                try
                {
                    look();
                }
                catch (Exception caught)
                {
                    error = ExceptionDispatchInfo.Capture(caught);
                }

                lock (_gate)
                {
                    (_error, _look, _isDone) = (error, null, true);
                    Monitor.PulseAll(_gate);
                }
            }
        }

        private Action? Next()
        {
            lock (_gate)
            {
                while (_look is null && !_isEnding)
                    Monitor.Wait(_gate);

                return _isEnding ? null : _look;
            }
        }
    }
}
