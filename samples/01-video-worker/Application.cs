using Tether;

namespace VideoWorker;

/// <summary>
/// The application: it sends the camera's frames to the worker and appends what the worker answers to a file. When a run of it dies, the next
/// run finds the worker and goes on: at the input position that the worker's keeper tells, and at the output offset that the file has.
/// It is the same for any worker that reads frames and writes results.
/// </summary>
internal static class Application
{
    /// <summary>Runs the application to the end of the stream, or until it is killed.</summary>
    /// <param name="directory">Where the camera is, and the results go.</param>
    /// <param name="spec">The worker, with the name to find it by.</param>
    internal static async Task<int> RunAsync(string directory, ProcessSpec spec)
    {
        using CancellationTokenSource bound = new(TimeSpan.FromMinutes(1));
        await using TetheredProcess worker = await FindOrStartAsync(spec, bound.Token);
        Task sending = SendFramesAsync(worker, directory, bound.Token);
        await ReceiveResultsAsync(worker, directory, bound.Token);
        await sending;
        ProcessExitStatus exit = await worker.WaitForExitAsync(bound.Token);
        Console.WriteLine($"exit {exit.ExitCode}");
        return exit.ExitCode;
    }

    private static async Task<TetheredProcess> FindOrStartAsync(ProcessSpec spec, CancellationToken cancellationToken)
    {
        try
        {
            return await TetheredProcess.AttachAsync(spec.Name!, cancellationToken);
        }
        catch (RecordNotFoundException)
        {
            return await TetheredProcess.StartAsync(spec, cancellationToken);
        }
    }

    private static async Task SendFramesAsync(TetheredProcess worker, string directory, CancellationToken cancellationToken)
    {
        using Camera camera = Camera.TryOpen(Path.Combine(directory, "camera")) ?? throw new IOException("The camera is busy.");
        byte[] frame = new byte[Camera.FrameSize];
        long position = worker.StandardInput.StartPosition;
        Console.WriteLine($"input {position}");
        for (int number = (int)(position / frame.Length); number < Camera.FrameCount; number++)
        {
            camera.Read(number, frame);
            // Perhaps the last run got only a part of this frame through.
            int sent = (int)Math.Max(0, position - ((long)number * frame.Length));
            await worker.StandardInput.WriteAsync(frame.AsMemory(sent), cancellationToken);
        }

        await worker.StandardInput.CompleteAsync(cancellationToken);
    }

    private static async Task ReceiveResultsAsync(TetheredProcess worker, string directory, CancellationToken cancellationToken)
    {
        await using FileStream results = new(Path.Combine(directory, "results"), FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        Console.WriteLine($"output {results.Length}");
        byte[] buffer = new byte[64 * 1024];
        await using OutputReadStream output = worker.StandardOutput.OpenRead(results.Length);
        while (await output.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            await results.WriteAsync(buffer.AsMemory(0, read), CancellationToken.None);
            Console.WriteLine($"results {results.Length}");
        }
    }
}
