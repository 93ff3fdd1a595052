namespace Tether.Platform.Windows;

/// <content>
/// Waiting for what will happen, without taking anything. A pipe cannot be waited on, only read from, so a byte is read ahead and kept for
/// the read that comes.
/// </content>
internal sealed partial class PipeConnection
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(5);

    private readonly SemaphoreSlim _aheadLock = new(1);
    private readonly byte[] _ahead = new byte[1];
    private int _aheadCount;

    internal override int Available
    {
        get
        {
            ObjectDisposedException.ThrowIf(Ends.HasFlag(ConnectionEnds.Closed), typeof(LocalSocket));
            int ahead = Volatile.Read(ref _aheadCount);
            return Look(out int count) == 0 ? ahead + count : ahead;
        }
    }

    internal override bool WaitForBytes(TimeSpan timeout)
    {
        if (Available > 0)
            return true;

        using CancellationTokenSource limit = new();
        limit.CancelAfter(timeout);
        try
        {
            return WaitForBytesAsync(limit.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    internal override async ValueTask<bool> WaitForBytesAsync(CancellationToken cancellationToken)
    {
        if (Available > 0)
            return true;

        // Not ReadAsync itself, which would want the lock.
        await _aheadLock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_aheadCount == 0)
                Volatile.Write(ref _aheadCount, await ReadPipeAsync(_ahead, cancellationToken).ConfigureAwait(false));

            return _aheadCount > 0;
        }
        finally
        {
            _aheadLock.Release();
        }
    }

    /// <summary>The end is seen when nothing is left to read; there is no event for it, so this looks again and again.</summary>
    internal override bool WaitForEnd(TimeSpan timeout)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            ObjectDisposedException.ThrowIf(Ends.HasFlag(ConnectionEnds.Closed), typeof(LocalSocket));
            if (Ends != ConnectionEnds.None || Look(out _) != 0)
            {
                End(ConnectionEnds.Lost);
                return true;
            }

            TimeSpan left = LocalTimeout.Left(timeout, start);
            if (left == TimeSpan.Zero)
                return false;

            Thread.Sleep(left != Timeout.InfiniteTimeSpan && left < LookInterval ? left : LookInterval);
        }
    }

    /// <summary>What the pipe holds. Returns 0 or the error that says that it has ended.</summary>
    private unsafe int Look(out int count)
    {
        uint available = 0;
        int error = 0;
        try
        {
            error = Kernel32.PeekNamedPipe(_pipe, null, 0, null, &available, null) ? 0 : WindowsError.Last();
        }
        catch (ObjectDisposedException)
        {
            error = WindowsError.PipeNotConnected;
        }

        count = (int)Math.Min(available, int.MaxValue);
        return error;
    }

    /// <summary>What a wait read ahead, and what has arrived since.</summary>
    private async ValueTask<int> TakeAheadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _aheadCount) == 0)
            return 0;

        await _aheadLock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_aheadCount == 0)
                return 0;

            _aheadCount = 0;
            buffer.Span[0] = _ahead[0];
        }
        finally
        {
            _aheadLock.Release();
        }

        int room = buffer.Length - 1;
        return Look(out int there) != 0 || there == 0 || room == 0
            ? 1
            : 1 + await ReadPipeAsync(buffer.Slice(1, Math.Min(room, there)), CancellationToken.None).ConfigureAwait(false);
    }
}
