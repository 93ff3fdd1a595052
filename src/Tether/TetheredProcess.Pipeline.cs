using Tether.Launching;

namespace Tether;

/// <content>Programs that are joined by pipes.</content>
public sealed partial class TetheredProcess
{
    /// <summary>
    /// Starts programs of which each reads what the one before it writes, as <c>a | b | c</c> does in a shell, each kept under a name of
    /// its
    /// own. Clients write to the first one's input and read the last one's output, and every one's error output, state and exit status.
    /// </summary>
    /// <remarks>
    /// What lies between two programs is a plain pipe that only they hold: the bytes pass through no client, keeper or journal, and go on
    /// whoever of these ends. When a program ends, its successor reads the end of its input; its predecessor gets SIGPIPE at its next
    /// write.
    /// </remarks>
    /// <param name="specs">At least two programs. The first one's input and the last one's output may be redirected, every error output
    /// too.</param>
    /// <param name="cancellationToken">Is looked at before each start.</param>
    /// <returns>The programs, in the given order.</returns>
    /// <exception cref="ProcessStartException">One of them could not be started; those that ran already were killed and
    /// removed.</exception>
    /// <exception cref="ArgumentException">There are fewer than two, or a stream between two of them is redirected.</exception>
    /// <exception cref="UnsafeDirectoryException">The records' directory is not the user's alone.</exception>
    public static Task<IReadOnlyList<TetheredProcess>> StartPipelineAsync(
        IReadOnlyList<ProcessSpec> specs, CancellationToken cancellationToken = default) =>
        StartPipelineAsync(specs, TetherOptions.Default, cancellationToken);

    /// <inheritdoc cref="StartPipelineAsync(IReadOnlyList{ProcessSpec}, CancellationToken)"/>
    /// <param name="specs">At least two programs. The first one's input and the last one's output may be redirected, every error output
    /// too.</param>
    /// <param name="options">Where records live, and where the keeper is.</param>
    /// <param name="cancellationToken">Is looked at before each start.</param>
    public static Task<IReadOnlyList<TetheredProcess>> StartPipelineAsync(
        IReadOnlyList<ProcessSpec> specs, TetherOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(specs);
        ArgumentNullException.ThrowIfNull(options);
        return Pipeline.StartAsync(specs, options, cancellationToken);
    }
}
