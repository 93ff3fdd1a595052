using System.Diagnostics;
using System.Text;
using Tether;

namespace VideoWorker;

/// <summary>Tells the story in five steps. Every line is what was really seen; the exit code is 0 when all was as it should be.</summary>
internal static class Story
{
    private static int _failures;

    /// <summary>Block: the worker waits while nobody takes its results, so that not one is lost however long the application is away.</summary>
    internal static ProcessSpec WorkerSpec => new(Environment.ProcessPath!, "worker") { Name = "video-worker", WhenFull = WindowFullPolicy.Block };

    internal static async Task<int> TellAsync()
    {
        string directory = Directory.CreateTempSubdirectory("tether-sample-").FullName;
        Environment.SetEnvironmentVariable("TETHER_HOME", Path.Combine(directory, "home"));
        string device = Path.Combine(directory, "camera");
        Camera.Create(device);
        try
        {
            TodaysWay(device);
            await TethersWayAsync(device);
            await CrashAndGoOnAsync(directory, device);
        }
        finally
        {
            await CleanUpAsync();
            Directory.Delete(directory, recursive: true);
        }

        Console.WriteLine(_failures == 0 ? "\nAll as it should be." : $"\n{_failures} of these were not as they should be.");
        return _failures == 0 ? 0 : 1;
    }

    private static void TodaysWay(string device)
    {
        Console.WriteLine("1. Today's way: System.Diagnostics.Process");
        Camera camera = Camera.TryOpen(device)!;
        using Process worker = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, "worker") { RedirectStandardInput = true, RedirectStandardError = true })!;
        camera.Dispose();
        using Camera? again = Camera.TryOpen(device);
        Say(again is null, "the application has closed the camera, the worker runs: the camera is", again is null ? "still busy" : "free");
        worker.Kill();
        worker.WaitForExit();
        using Camera? after = Camera.TryOpen(device);
        Say(after is not null, "only when the worker has ended the camera is", after is null ? "busy" : "free");
    }

    private static async Task TethersWayAsync(string device)
    {
        Console.WriteLine("\n2. Tether: nothing is inherited");
        Camera camera = Camera.TryOpen(device)!;
        await using TetheredProcess worker = await TetheredProcess.StartAsync(new ProcessSpec(Environment.ProcessPath!, "worker") { Name = "camera-test" });
        camera.Dispose();
        using Camera? again = Camera.TryOpen(device);
        Say(again is not null, "the application has closed the camera, the worker runs: the camera is", again is null ? "busy" : "free at once");

        Console.WriteLine("\n3. And it is kept: state, input, output");
        Say(worker.State == ProcessState.Running, "the worker's state is", worker.State.ToString().ToLowerInvariant());
        byte[] frame = new byte[Camera.FrameSize];
        again?.Read(0, frame);
        await worker.StandardInput.WriteAsync(frame);
        await using IAsyncEnumerator<string> lines = worker.StandardOutput.ReadLinesAsync().GetAsyncEnumerator();
        bool any = await lines.MoveNextAsync();
        Say(any && lines.Current + "\n" == Worker.Result(0, frame), "a frame written to its stdin, read from its stdout:", any ? lines.Current : "nothing");
        ProcessExitStatus exit = await worker.StopAsync(TimeSpan.FromSeconds(2));
        Say(worker.State == ProcessState.Exited, "stopped; the worker's state is", $"{worker.State.ToString().ToLowerInvariant()} ({exit.SignalName ?? "code " + exit.ExitCode})");
    }

    private static async Task CrashAndGoOnAsync(string directory, string device)
    {
        Console.WriteLine($"\n4. The application is killed (-9) in mid-stream; a second one attaches and goes on ({Camera.FrameCount} frames, {(long)Camera.FrameCount * Camera.FrameSize >> 20} MiB)");
        ApplicationRun first = await ApplicationRun.RunAsync(directory, killAfterResults: 20_000);
        ProcessRecord worker = TetheredProcess.GetRecord(WorkerSpec.Name!);
        Say(worker.State == ProcessState.Running, $"the application is gone after {first.Last("results")} bytes of results; the worker is", worker.State.ToString().ToLowerInvariant());
        ApplicationRun second = await ApplicationRun.RunAsync(directory);
        Say(second.First("input") > 0, "the second one goes on with the input at byte", second.First("input").ToString());
        Say(second.First("output") > 0, "and with the output at byte", second.First("output").ToString());
        using Camera camera = Camera.TryOpen(device)!;
        string results = await File.ReadAllTextAsync(Path.Combine(directory, "results"));
        bool same = results == ExpectedResults(camera);
        Say(same, $"{results.Count(c => c == '\n')} results, compared with what they must be:", same ? "nothing lost, nothing doubled" : "different");

        Console.WriteLine("\n5. The exit code is there for whoever asks");
        ProcessExitStatus? exit = TetheredProcess.GetRecord(WorkerSpec.Name!).Exit;
        Say(exit?.ExitCode == 0, "the worker's exit code is", exit?.ExitCode.ToString() ?? "unknown");
    }

    /// <summary>What the results must be when nothing was lost or doubled.</summary>
    private static string ExpectedResults(Camera camera)
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

    private static async Task CleanUpAsync()
    {
        await foreach (ProcessRecord record in TetheredProcess.ListAsync())
        {
            await using (TetheredProcess process = await TetheredProcess.AttachAsync(record.Name))
            {
                await process.KillAsync();
            }

            // Its files are in use until its keeper has ended, which Windows would not let go of.
            TetheredProcess.Remove(record.Name);
        }
    }

    private static void Say(bool asItShouldBe, string what, string seen)
    {
        _failures += asItShouldBe ? 0 : 1;
        Console.WriteLine($"   {(asItShouldBe ? "ok " : "NO ")} {what} {seen}");
    }
}
