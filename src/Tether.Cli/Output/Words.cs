namespace Tether.Cli.Output;

/// <summary>The words that the command line has for the library's values, in options, tables and JSON.</summary>
internal static class Words
{
    internal const string Drop = "drop";
    internal const string Block = "block";
    internal const string Spill = "spill";

    internal static string Of(ProcessState state) => state switch
    {
        ProcessState.Starting => "starting",
        ProcessState.Running => "running",
        ProcessState.Exited => "exited",
        _ => "lost",
    };

    internal static string Of(ProcessLifetime lifetime) => lifetime == ProcessLifetime.TiedToLauncher ? "tied" : "detached";

    internal static string Of(WindowFullPolicy policy) => policy switch
    {
        WindowFullPolicy.Block => Block,
        WindowFullPolicy.Spill => Spill,
        _ => Drop,
    };

    internal static WindowFullPolicy ToPolicy(string word) => word switch
    {
        Block => WindowFullPolicy.Block,
        Spill => WindowFullPolicy.Spill,
        _ => WindowFullPolicy.DropOldest,
    };

    /// <summary>How a program ended, in one word.</summary>
    internal static string Of(ProcessExitStatus exit) => exit.SignalName ?? exit.ExitCode.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
