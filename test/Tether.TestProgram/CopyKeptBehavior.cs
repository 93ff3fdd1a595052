namespace Tether.TestProgram;

/// <summary>Attaches to a kept program, copies its stdout to its own, waits for its end and exits with the program's exit code.</summary>
internal static class CopyKeptBehavior
{
    internal static async Task<int> RunAsync(string home, string name)
    {
        await using TetheredProcess process = await TetheredProcess.AttachAsync(name, new TetherOptions { HomeDirectory = home });
        await CopyAsync(process);
        return (await process.WaitForExitAsync()).ExitCode;
    }

    internal static async Task CopyAsync(TetheredProcess process)
    {
        await using OutputReadStream reader = process.StandardOutput.OpenRead();
        await using Stream output = Console.OpenStandardOutput();
        await reader.CopyToAsync(output);
    }
}
