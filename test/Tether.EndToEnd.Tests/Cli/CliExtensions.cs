using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.Cli;

/// <summary>Runs the built command line beside the tests, on a test's own home.</summary>
internal static class CliExtensions
{
    private static readonly string Executable = TestSystem.Current.Executable("tether");

    internal static CliProcess StartCli(this TestHome home, params string[] arguments) => new(home, Executable, arguments);

    internal static Task<CliResult> CliAsync(this TestHome home, params string[] arguments) => home.CliAsync([], arguments);

    /// <summary>With bytes for its stdin, which ends behind them.</summary>
    internal static async Task<CliResult> CliAsync(this TestHome home, byte[] input, params string[] arguments)
    {
        using CliProcess process = home.StartCli(arguments);
        return await FeedAsync(process, input);
    }

    /// <summary>In bash, with <c>tether</c> in its PATH.</summary>
    internal static async Task<CliResult> ShellAsync(this TestHome home, string script)
    {
        using CliProcess process = new(home, "bash", ["-c", script]);
        return await FeedAsync(process, []);
    }

    private static async Task<CliResult> FeedAsync(CliProcess process, byte[] input)
    {
        Task<CliResult> end = process.EndAsync();
        try
        {
            await process.WriteAsync(input);
            process.Input.Close();
        }
        catch (IOException)
        {
            // It ended without reading its input, which is for the test to judge.
        }

        return await end;
    }
}
