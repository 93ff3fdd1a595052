namespace Tether.Bench.Drivers;

/// <summary>A records' directory of the driver's own, emptied at the end.</summary>
internal sealed class Workplace : IAsyncDisposable
{
    internal Workplace()
    {
        Home = Directory.CreateTempSubdirectory("tether-bench-").FullName;
        Environment.SetEnvironmentVariable("TETHER_HOME", Home);
    }

    internal string Home { get; }

    internal static string Tool(string name) => Path.Combine(AppContext.BaseDirectory, name);

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
