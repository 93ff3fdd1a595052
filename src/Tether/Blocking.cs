namespace Tether;

/// <summary>
/// Waiting on the caller's own thread. What is waited for goes on on other threads and never needs the caller's synchronization context,
/// so that a blocked user-interface thread cannot be what it waits for.
/// </summary>
internal static class Blocking
{
    /// <summary>False when the time ran out; the task's own error is thrown as it is.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative and not infinite, or longer than 24 days.</exception>
    internal static bool Wait(Task task, TimeSpan timeout)
    {
        Validate(timeout);
        if (Task.WaitAny([task], timeout) < 0)
        {
            return false;
        }

        task.GetAwaiter().GetResult();
        return true;
    }

    /// <summary>Waits for what can be cancelled, and cancels it when the time ran out.</summary>
    internal static bool Wait(Func<CancellationToken, Task> start, TimeSpan timeout)
    {
        Validate(timeout);
        using CancellationTokenSource bound = new();
        Task task = start(bound.Token);
        if (Wait(task, timeout))
        {
            return true;
        }

        bound.Cancel();
        // It ends at once, by the cancellation or with what it had come to in this moment.
        Task.WaitAny(task);
        if (task.IsFaulted)
        {
            task.GetAwaiter().GetResult();
        }

        return task.IsCompletedSuccessfully;
    }

    private static void Validate(TimeSpan timeout)
    {
        if (timeout != Timeout.InfiniteTimeSpan && (timeout < TimeSpan.Zero || timeout.TotalMilliseconds > int.MaxValue))
        {
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, $"A wait of {timeout} is not possible: use 0 to 24 days, or Timeout.InfiniteTimeSpan.");
        }
    }
}
