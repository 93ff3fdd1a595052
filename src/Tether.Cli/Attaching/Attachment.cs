using System.Runtime.InteropServices;

namespace Tether.Cli.Attaching;

/// <summary>
/// This process's standard streams joined to a program's, until the program has ended, nobody reads our output any more, or a signal
/// asks to let go. Behind <c>run --attach</c> and <c>attach</c>.
/// </summary>
internal sealed class Attachment(TetheredProcess process)
{
    private readonly TaskCompletionSource<int> _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _stopping;

    /// <summary>Whether the end of our stdin closes the program's.</summary>
    internal bool ClosesInput { get; init; }

    /// <summary>Whether the program ends with us.</summary>
    internal bool IsTied { get; init; }

    /// <summary>Where to start in stdout; null at the oldest byte that there is.</summary>
    internal long? StandardOutputStart { get; init; }

    /// <summary>Where to start in stderr; null at the oldest byte that there is.</summary>
    internal long? StandardErrorStart { get; init; }

    /// <summary>Returns the exit code for this process.</summary>
    internal async Task<int> RunAsync()
    {
        // Up to three pool threads block in read(2) or write(2) of the standard streams; the frames of the keeper need one as well.
        ThreadPool.SetMinThreads(8, 1);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        StandardStreams.WatchOutputReader(() => _letGo.TrySetResult(ExitCode.BrokenPipe));

        using CancellationTokenSource outputOver = new();
        // What the program does not read through its keeper must not be taken away from whoever reads it, which may be the program itself.
        Task input = process.GetRecord().StandardInput.Source.Kind == ProcessStreamKind.Kept ? InputCopy.RunAsync(process, ClosesInput) : Task.CompletedTask;
        Task output = Task.WhenAll(
            OutputCopy.RunAsync(process.StandardOutput, StandardOutputStart, StandardStreams.Output, outputOver.Token),
            OutputCopy.RunAsync(process.StandardError, StandardErrorStart, StandardStreams.Error, outputOver.Token));
        Task<int> ended = EndAsync(output, outputOver);
        Task first = await Task.WhenAny(ended, _letGo.Task, FailureOf(input), FailureOf(output)).ConfigureAwait(false);
        if (first is Task<int> code)
        {
            return await code.ConfigureAwait(false);
        }

        await first.ConfigureAwait(false);
        return ExitCode.Failure;
    }

    /// <summary>The program's exit code, after all of its output.</summary>
    private async Task<int> EndAsync(Task output, CancellationTokenSource outputOver)
    {
        ProcessExitStatus exit;
        try
        {
            exit = await process.WaitForExitAsync().ConfigureAwait(false);
        }
        catch (KeeperLostException)
        {
            // What the keeper had written until then is still to be copied.
            await Task.WhenAny(output).ConfigureAwait(false);
            throw;
        }

        if (!exit.OutputComplete)
        {
            // A process that it left behind holds its output and may do so for ever.
            await outputOver.CancelAsync().ConfigureAwait(false);
        }

        await output.ConfigureAwait(false);
        return exit.IsKnown ? exit.ExitCode : ExitCode.Failure;
    }

    /// <summary>Ends when the task fails, and never when it succeeds: the end of a stream is not the end of the program.</summary>
    private static async Task FailureOf(Task task)
    {
        await task.ConfigureAwait(false);
        await Task.Delay(Timeout.Infinite).ConfigureAwait(false);
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        int code = ExitCode.OfSignal(context.Signal == PosixSignal.SIGINT ? 2 : 15);
        if (!IsTied)
        {
            ProcessRecord record = process.GetRecord();
            string waits = record.WhenFull == WindowFullPolicy.Block ? $" and waits for a reader once {record.OutputWindow} bytes are unread" : "";
            Message.Write($"let go of '{process.Name}', which runs on{waits}; 'tether attach {process.Name}' joins it again");
            _letGo.TrySetResult(code);
        }
        else if (Interlocked.Exchange(ref _stopping, 1) == 0)
        {
            Message.Write($"stopping '{process.Name}'");
            _ = StopAsync();
        }
        else
        {
            // The tie ends with this process, and the keeper goes on with the stop.
            _letGo.TrySetResult(code);
        }
    }

    private async Task StopAsync()
    {
        try
        {
            await process.StopAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is TetherException or IOException)
        {
            _letGo.TrySetException(error);
        }
    }
}
