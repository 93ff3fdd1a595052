using System.Diagnostics.CodeAnalysis;

namespace Tether;

/// <content>The blocking forms, for code that is not asynchronous. They may be used on a thread with a synchronization context.</content>
public sealed partial class TetheredProcess : IDisposable
{
    /// <summary>The blocking form of <see cref="StartAsync(ProcessSpec, CancellationToken)"/>: it returns when the program runs.</summary>
    /// <inheritdoc cref="StartAsync(ProcessSpec, CancellationToken)"/>
    /// <param name="spec">What to start, and how to keep it.</param>
    /// <param name="options">Where records live, and where the keeper is; null for the default.</param>
    public static TetheredProcess Start(ProcessSpec spec, TetherOptions? options = null) =>
        StartAsync(spec, options ?? TetherOptions.Default).GetAwaiter().GetResult();

    /// <summary>The blocking form of <see cref="AttachAsync(string, CancellationToken)"/>.</summary>
    /// <inheritdoc cref="AttachAsync(string, CancellationToken)"/>
    /// <param name="name">The name.</param>
    /// <param name="options">Where records live; null for the default.</param>
    public static TetheredProcess Attach(string name, TetherOptions? options = null) =>
        AttachAsync(name, options ?? TetherOptions.Default).GetAwaiter().GetResult();

    /// <summary>The blocking form of <see cref="WaitForExitAsync"/>.</summary>
    /// <inheritdoc cref="WaitForExitAsync"/>
    public ProcessExitStatus WaitForExit() => WaitForExitAsync().GetAwaiter().GetResult();

    /// <summary>Waits until the program has ended, for a time at most.</summary>
    /// <param name="timeout">How long; <see cref="Timeout.InfiniteTimeSpan"/> for ever, zero only looks.</param>
    /// <param name="exit">How the program ended; null when the time ran out.</param>
    /// <returns>False when the time ran out: the program runs on.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative or longer than 24 days.</exception>
    /// <exception cref="KeeperLostException">The keeper is gone and left no exit status.</exception>
    /// <exception cref="ConnectionLostException">The connection ended.</exception>
    public bool TryWaitForExit(TimeSpan timeout, [NotNullWhen(true)] out ProcessExitStatus? exit)
    {
        // Nothing to cancel: it waits for a task of the connection's.
        Task<ProcessExitStatus> ended = WaitForExitAsync();
        exit = Blocking.Wait(ended, timeout) ? ended.GetAwaiter().GetResult() : null;
        return exit is not null;
    }

    /// <summary>The blocking form of <see cref="DisposeAsync"/>: lets go of the program.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
