using System.Diagnostics;
using Tether;

namespace VideoWorker;

/// <summary>Tells the story in five steps. Every line is what was really seen; the exit code is 0 when all was as it should be.</summary>
internal static class Story
{
    private static int _failures;

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
        List<string> first = await RunApplicationAsync(directory, killAfterResults: 20_000);
        ProcessRecord worker = TetheredProcess.GetRecord(Application.WorkerName);
        Say(worker.State == ProcessState.Running, $"the application is gone after {Last(first, "results")} bytes of results; the worker is", worker.State.ToString().ToLowerInvariant());
        List<string> second = await RunApplicationAsync(directory, killAfterResults: long.MaxValue);
        Say(Last(second, "input", first: true) > 0, "the second one goes on with the input at byte", Last(second, "input", first: true).ToString());
        Say(Last(second, "output", first: true) > 0, "and with the output at byte", Last(second, "output", first: true).ToString());
        using Camera camera = Camera.TryOpen(device)!;
        string results = await File.ReadAllTextAsync(Path.Combine(directory, "results"));
        bool same = results == Application.ExpectedResults(camera);
        Say(same, $"{results.Count(c => c == '\n')} results, compared with what they must be:", same ? "nothing lost, nothing doubled" : "different");

        Console.WriteLine("\n5. The exit code is there for whoever asks");
        ProcessExitStatus? exit = TetheredProcess.GetRecord(Application.WorkerName).Exit;
        Say(exit?.ExitCode == 0, "the worker's exit code is", exit?.ExitCode.ToString() ?? "unknown");
    }

    /// <summary>Runs the application, and kills it without warning once its results have so many bytes.</summary>
    private static async Task<List<string>> RunApplicationAsync(string directory, long killAfterResults)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true };
        start.ArgumentList.Add("application");
        start.ArgumentList.Add(directory);
        using Process application = Process.Start(start)!;
        List<string> lines = [];
        while (await application.StandardOutput.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (Last(lines, "results") >= killAfterResults)
            {
                application.Kill();
                killAfterResults = long.MaxValue;
            }
        }

        await application.WaitForExitAsync();
        return lines;
    }

    private static long Last(List<string> lines, string word, bool first = false)
    {
        IEnumerable<string> matching = lines.Where(line => line.StartsWith(word + " ", StringComparison.Ordinal));
        string? line = first ? matching.FirstOrDefault() : matching.LastOrDefault();
        return line is null ? -1 : long.Parse(line[(word.Length + 1)..]);
    }

    private static async Task CleanUpAsync()
    {
        await foreach (ProcessRecord record in TetheredProcess.ListAsync())
        {
            await using TetheredProcess process = await TetheredProcess.AttachAsync(record.Name);
            await process.KillAsync();
        }
    }

    private static void Say(bool asItShouldBe, string what, string seen)
    {
        _failures += asItShouldBe ? 0 : 1;
        Console.WriteLine($"   {(asItShouldBe ? "ok " : "NO ")} {what} {seen}");
    }
}
