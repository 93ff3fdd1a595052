using System.Diagnostics;
using System.Globalization;

namespace Tether.Bench;

/// <summary>Runs one driver to its end, bounded, and reads the figures that it prints.</summary>
internal static class DriverRun
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    internal static async Task<DriverResult> RunAsync(IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? environment)
    {
        ProcessStartInfo info = new(command[0], command.Skip(1))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            info.Environment[name] = value;
        }

        using Process process = Process.Start(info)!;
        process.StandardInput.Close();
        using CancellationTokenSource limit = new(Longest);
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
            string output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            string? failure = process.ExitCode == 0 ? null : $"ended with {process.ExitCode}: {FirstLine(await errors)}";
            return new DriverResult(failure is null ? Parse(output) : [], failure);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return new DriverResult([], $"did not end within {Longest.TotalMinutes:0} minutes");
        }
    }

    private static List<(string Figure, double Value)> Parse(string output) =>
    [
        .. from line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
           let words = line.Split(' ')
           where words.Length == 2
           select (words[0], double.Parse(words[1], CultureInfo.InvariantCulture)),
    ];

    private static string FirstLine(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "it said nothing";
}
