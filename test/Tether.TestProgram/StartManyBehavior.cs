namespace Tether.TestProgram;

/// <summary>
/// Starts many short programs, so many at once, waits for each and prints how many descriptors it had open before and after, and how
/// many children it has left.
/// </summary>
internal static class StartManyBehavior
{
    internal static async Task<int> RunAsync(string home, int count, int atOnce)
    {
        TetherOptions options = new() { HomeDirectory = home };
        // What the runtime opens once for its sockets is open after the first.
        await StartAsync(0);
        int before = Descriptors();
        await Parallel.ForAsync(1, count, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (number, _) => await StartAsync(number));
        string children = await File.ReadAllTextAsync($"/proc/self/task/{Environment.ProcessId}/children");
        Console.WriteLine($"{before} {Descriptors()} {children.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length}");
        return 0;

        async Task StartAsync(int number)
        {
            ProcessSpec spec = new("true") { Name = $"run-{number}" };
            await using TetheredProcess process = await TetheredProcess.StartAsync(spec, options);
            await process.WaitForExitAsync();
        }
    }

    private static int Descriptors() => Directory.GetFiles("/proc/self/fd").Length;
}
