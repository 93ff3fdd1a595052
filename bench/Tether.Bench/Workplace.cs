namespace Tether.Bench;

/// <summary>A records' directory of the benchmark's own, emptied at the end.</summary>
internal sealed class Workplace : IAsyncDisposable
{
    internal Workplace()
    {
        Home = Directory.CreateTempSubdirectory("tether-bench-").FullName;
        Environment.SetEnvironmentVariable("TETHER_HOME", Home);
    }

    internal string Home { get; }

    internal static string Tool(string name) => Path.Combine(AppContext.BaseDirectory, name);

    /// <summary>Where a program of the system's is; null when it is not installed, and then it is not measured.</summary>
    internal static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);

    internal static async Task EndAsync(TetheredProcess process)
    {
        await process.KillAsync();
        string name = process.Name;
        await process.DisposeAsync();
        while (true)
        {
            try
            {
                TetheredProcess.Remove(name);
                return;
            }
            catch (InvalidOperationException)
            {
                // The keeper is about to end.
                await Task.Yield();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await foreach (ProcessRecord record in TetheredProcess.ListAsync())
        {
            await using TetheredProcess process = await TetheredProcess.AttachAsync(record.Name);
            await process.KillAsync();
        }

        Directory.Delete(Home, recursive: true);
    }
}
