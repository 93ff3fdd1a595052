namespace Tether.Platform;

/// <summary>
/// Lets others' code go on that waited for a connection. It goes to the thread pool, unless it was held back by a thread that has just received
/// (<see cref="Hold"/>): when that one is ready to receive again, or another one is, the code can run there, which saves waking a thread of the
/// pool, and its looking for more work on a processor that others want.
/// </summary>
internal static class Wakeups
{
    [ThreadStatic]
    private static bool t_holds;

    [ThreadStatic]
    private static List<TaskCompletionSource>? t_held;

    /// <summary>Completes the task of a caller, whose continuations may run at once.</summary>
    internal static void Wake(TaskCompletionSource waiting)
    {
        if (t_holds)
            (t_held ??= []).Add(waiting);
        else
            OnThePool(waiting);
    }

    /// <summary>What this thread wakes from here on waits for <see cref="Release"/>.</summary>
    internal static void Hold() => t_holds = true;

    /// <summary>Lets go on what was held back.</summary>
    /// <param name="reactor">Who says whether one of them may go on here; null for none.</param>
    internal static void Release(IReactor? reactor)
    {
        t_holds = false;
        if (t_held is not { Count: > 0 } held)
            return;

        // What goes on here may come here again.
        t_held = null;
        TaskCompletionSource last = held[^1];
        for (int i = 0; i < held.Count - 1; i++)
            OnThePool(held[i]);

        held.Clear();
        t_held = held;
        if (reactor is not null && reactor.MayRunOthersCode())
            last.TrySetResult();
        else
            OnThePool(last);
    }

    private static void OnThePool(TaskCompletionSource waiting) =>
        ThreadPool.UnsafeQueueUserWorkItem(static source => source.TrySetResult(), waiting, preferLocal: false);
}
