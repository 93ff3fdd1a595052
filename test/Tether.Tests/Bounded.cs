namespace Tether.Tests;

/// <summary>Bounds every wait of a test: far more than any of them needs, and an end for one that hangs.</summary>
internal static class Bounded
{
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>A token for the waits of one test.</summary>
    internal static CancellationToken Token => new CancellationTokenSource(Limit).Token;

    internal static Task<T> Within<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Limit);

    internal static Task Within(this ValueTask task) => task.AsTask().WaitAsync(Limit);

    internal static Task<T> Within<T>(this Task<T> task) => task.WaitAsync(Limit);

    internal static Task Within(this Task task) => task.WaitAsync(Limit);

    /// <summary>Runs what blocks on a thread of its own.</summary>
    internal static Task<T> OnThread<T>(Func<T> blocking) =>
        Task.Factory.StartNew(blocking, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    internal static Task OnThread(Action blocking) =>
        Task.Factory.StartNew(blocking, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
