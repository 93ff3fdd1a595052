using System.Text;
using Tether;

namespace VideoWorker;

/// <summary>
/// The application: it sends the camera's frames to the worker and appends what the worker answers to a file. When a run of it dies, the next
/// run finds the worker and goes on: at the input position that the worker's keeper tells, and at the output offset that the file has.
/// </summary>
internal static class Application
{
    internal const string WorkerName = "video-worker";

    internal static async Task<int> RunAsync(string directory)
    {
        using CancellationTokenSource bound = new(TimeSpan.FromMinutes(1));
        await using TetheredProcess worker = await FindOrStartAsync(bound.Token);
        Task sending = SendFramesAsync(worker, directory, bound.Token);
        await ReceiveResultsAsync(worker, directory, bound.Token);
        await sending;
        ProcessExitStatus exit = await worker.WaitForExitAsync(bound.Token);
        Console.WriteLine($"exit {exit.ExitCode}");
        return exit.ExitCode;
    }

    private static async Task<TetheredProcess> FindOrStartAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await TetheredProcess.AttachAsync(WorkerName, cancellationToken);
        }
        catch (RecordNotFoundException)
        {
            // Block: the worker waits while nobody takes its results, so that not one is lost however long the application is away.
            ProcessSpec spec = new(Environment.ProcessPath!, "worker") { Name = WorkerName, WhenFull = WindowFullPolicy.Block };
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
        byte[] buffer = new byte[4096];
        await using OutputReadStream output = worker.StandardOutput.OpenRead(results.Length);
        while (await output.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            await results.WriteAsync(buffer.AsMemory(0, read), CancellationToken.None);
            Console.WriteLine($"results {results.Length}");
        }
    }

    /// <summary>What the results must be when nothing was lost or doubled.</summary>
    internal static string ExpectedResults(Camera camera)
    {
        StringBuilder results = new();
        byte[] frame = new byte[Camera.FrameSize];
        for (int number = 0; number < Camera.FrameCount; number++)
        {
            camera.Read(number, frame);
            results.Append(Worker.Result(number, frame));
        }

        return results.ToString();
    }
}
