namespace Tether.TestProgram;

/// <summary>Starts a program with policy "block" and copies its stdout to its own: a launcher that a test can kill.</summary>
internal static class LaunchAndCopyBehavior
{
    internal static async Task<int> RunAsync(string home, string name, string[] program)
    {
        ProcessSpec spec = new(program[0], program[1..]) { Name = name, WhenFull = WindowFullPolicy.Block };
        await using TetheredProcess process = await TetheredProcess.StartAsync(spec, new TetherOptions { HomeDirectory = home });
        await CopyKeptBehavior.CopyAsync(process);
        return 0;
    }
}
