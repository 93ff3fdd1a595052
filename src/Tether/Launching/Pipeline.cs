using System.Runtime.InteropServices;
using Tether.Platform;
using Tether.Records;

namespace Tether.Launching;

/// <summary>
/// Starts programs that are joined by pipes. The pipes are this process's for as long as the starts take, and passed on explicitly: from
/// then
/// on only the programs have them, so that neither a client nor a keeper stands between two programs, and none of their ends breaks a pipe.
/// </summary>
internal static class Pipeline
{
    /// <exception cref="ArgumentException">There are fewer than two programs, or an end that is to be joined is redirected
    /// already.</exception>
    internal static async Task<IReadOnlyList<TetheredProcess>> StartAsync(
        IReadOnlyList<ProcessSpec> specs, TetherOptions options, CancellationToken cancellationToken)
    {
        ProcessSpec[] named = Named(specs);
        List<SafeHandle> ends = [];
        List<TetheredProcess> started = [];
        try
        {
            for (int i = 0; i + 1 < named.Length; i++)
            {
                (SafeHandle reading, SafeHandle writing) = CreatePipe(named[i].Program);
                ends.AddRange([reading, writing]);
                named[i + 1] = named[i + 1] with { StandardInput = ProcessStream.OfPipeline(named[i].Name!, reading) };
                named[i] = named[i] with { StandardOutput = ProcessStream.OfPipeline(named[i + 1].Name!, writing) };
            }

            // The last first: who reads does nothing before somebody writes, so a start that fails has had the least effect.
            foreach (ProcessSpec spec in Enumerable.Reverse(named))
            {
                started.Insert(0, await TetheredProcess.StartAsync(spec, options, cancellationToken).ConfigureAwait(false));
            }

            return started;
        }
        catch
        {
            await UndoAsync(started, options).ConfigureAwait(false);
            throw;
        }
        finally
        {
            ends.ForEach(end => end.Dispose());
        }
    }

    private static ProcessSpec[] Named(IReadOnlyList<ProcessSpec> specs)
    {
        if (specs.Count < 2)
        {
            throw new ArgumentException(
                $"A pipeline has at least two programs; {specs.Count} are given. Start a single one with StartAsync.", nameof(specs));
        }

        for (int i = 0; i < specs.Count; i++)
        {
            ArgumentNullException.ThrowIfNull(specs[i], nameof(specs));
            bool isInputTaken = i > 0 && specs[i].StandardInput.Kind != ProcessStreamKind.Kept;
            bool isOutputTaken = i + 1 < specs.Count && specs[i].StandardOutput.Kind != ProcessStreamKind.Kept;
            if (isInputTaken || isOutputTaken)
            {
                throw new ArgumentException(
                    $"'{specs[i].Program}', number {i + 1} of the pipeline, has a redirected stream at a joint. "
                    + "Only the first one's StandardInput and the last one's StandardOutput may be redirected.",
                    nameof(specs));
            }
        }

        return [.. specs.Select(spec => spec.Name is null ? spec with { Name = RecordName.Generate(spec.Program) } : spec)];
    }

    private static (SafeHandle Reading, SafeHandle Writing) CreatePipe(string program)
    {
        try
        {
            return HostPlatform.Current.CreatePipe();
        }
        catch (IOException error)
        {
            throw new ProcessStartException(
                program, StartFailure.OutOfResources, error.HResult, $"'{program}' cannot be started: {error.Message}", error);
        }
    }

    /// <summary>One of them could not be started: the others end, and leave nothing.</summary>
    private static async Task UndoAsync(List<TetheredProcess> started, TetherOptions options)
    {
        foreach (TetheredProcess process in started)
        {
            await using (process.ConfigureAwait(false))
            {
                await process.KillAsync(CancellationToken.None).ConfigureAwait(false);
                TetheredProcess.Remove(process.Name, options);
            }
        }
    }
}
