using System.Text.Json.Nodes;
using Xunit.Abstractions;

namespace Tether.EndToEnd.Tests.Start;

/// <summary>
/// Every kind of descriptor, at low and at high numbers, opened by native code without O_CLOEXEC in a launcher of which 32 threads start
/// programs while others open and close. Once the launcher has closed its own, the thing is free while the programs run, or it is not.
/// <c>test/leak-matrix.sh</c> prints the table.
/// </summary>
public sealed class LeakMatrixTests(ITestOutputHelper output)
{
    private const int Threads = 32;

    /// <summary>A program with a child, which would inherit what the program has.</summary>
    private static readonly string[] Program = ["sh", "-c", "sleep 1000 & wait"];

    [Fact]
    public async Task LauncherClosesItsOwn_WhileProgramsRun_EverythingIsFreeWithTetherAndBusyWithProcess()
    {
        List<LeakRow> withTether = await RunAsync([]);
        List<LeakRow> withProcess = await RunAsync(["with-process"]);
        output.WriteLine($"| {"descriptor",-32} | {"number",-6} | {"free means",-34} | {"Tether",-7} | {"Process",-7} |");
        output.WriteLine($"|{new string('-', 34)}|{new string('-', 8)}|{new string('-', 36)}|{new string('-', 9)}|{new string('-', 9)}|");
        foreach ((LeakRow tether, LeakRow process) in withTether.Zip(withProcess))
        {
            output.WriteLine($"| {tether.Kind,-32} | {tether.Number,-6} | {tether.SeenBy,-34} | {Word(tether),-7} | {Word(process),-7} |");
        }

        // What is opened and closed meanwhile is the last row: whether Process leaks it is a matter of luck.
        List<LeakRow> held = withProcess[..^1];
        output.WriteLine($"leak matrix: {withTether.Count} rows, {Threads} programs at once; free with Tether: {withTether.Count(row => row.IsFree)}; leaked by Process: {withProcess.Count(row => !row.IsFree)}");
        Assert.All(withTether, row => Assert.True(row.IsFree, $"{row.Kind} at a {row.Number} number was leaked"));
        Assert.All(held, row => Assert.False(row.IsFree, $"{row.Kind} at a {row.Number} number was not leaked by Process: the test proves nothing"));
        Assert.Equal(24, held.Count);
    }

    private static string Word(LeakRow row) => row.IsFree ? "free" : "busy";

    private static async Task<List<LeakRow>> RunAsync(string[] options)
    {
        await using TestHome home = new();
        DirectoryInfo files = Directory.CreateTempSubdirectory("tether-matrix-");
        List<StartReport> started = [];
        bool isKept = options.Length == 0;
        try
        {
            await using LauncherProcess launcher = await LauncherProcess.StartAsync(home, [$"threads={Threads}", .. options], Program);
            Assert.Equal("held", await launcher.OrderAsync("hold " + files.FullName));
            await launcher.SendAsync("start");
            while (started.Count < Threads)
            {
                started.Add(await launcher.ReadReportAsync());
            }

            string rows = await launcher.OrderAsync("let-go");
            Assert.All(started, start => Assert.True(isKept ? home.Record(start.Name).State == ProcessState.Running : Keep.Waits.IsAlive(start.ProgramId)));
            return [.. JsonNode.Parse(rows)!.AsArray().Select(row => new LeakRow((string)row!["kind"]!, (string)row["number"]!, (string)row["seenBy"]!, (bool)row["isFree"]!))];
        }
        finally
        {
            foreach (StartReport start in isKept ? [] : started)
            {
                using System.Diagnostics.Process program = System.Diagnostics.Process.GetProcessById(start.ProgramId);
                program.Kill(entireProcessTree: true);
            }

            files.Delete(recursive: true);
        }
    }

    private sealed record LeakRow(string Kind, string Number, string SeenBy, bool IsFree);
}
