using System.Text;
using Tether.Cli.Platform;

namespace Tether.Cli;

/// <summary>The standard streams of this process as unbuffered bytes, and what they are connected to.</summary>
internal static class StandardStreams
{
    private static Stream? _input;
    private static Stream? _output;
    private static Stream? _error;

    internal static Stream Input => _input ??= ConsolePlatform.Current.OpenStandardStream(0);

    internal static Stream Output => _output ??= ConsolePlatform.Current.OpenStandardStream(1);

    internal static Stream Error => _error ??= ConsolePlatform.Current.OpenStandardStream(2);

    internal static bool IsOutputTerminal => !Console.IsOutputRedirected;

    internal static bool IsErrorTerminal => !Console.IsErrorRedirected;

    /// <summary>The columns of the terminal that stdout is.</summary>
    internal static int OutputWidth => ConsolePlatform.Current.OutputWidth;

    /// <summary>Colours only on a terminal that shows them, and never where NO_COLOR is set (no-color.org).</summary>
    internal static bool IsOutputColoured =>
        IsOutputTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && ConsolePlatform.Current.ShowsColours;

    internal static Stream Of(OutputStream stream) => stream == OutputStream.StandardOutput ? Output : Error;

    internal static string NameOf(OutputStream stream) => stream == OutputStream.StandardOutput ? "stdout" : "stderr";

    /// <summary>Before anything is opened: a standard stream that the caller closed must not become another file's number.</summary>
    internal static void Secure() => ConsolePlatform.Current.SecureStandardStreams();

    /// <summary>Calls <paramref name="onGone"/> when nobody reads this process's stdout any more, which a write would only tell later.</summary>
    internal static void WatchOutputReader(Action onGone) => ConsolePlatform.Current.WatchOutputReader(onGone);

    internal static void WriteText(Stream stream, string text) => stream.Write(Encoding.UTF8.GetBytes(text));

    internal static void WriteLine(string line) => WriteText(Output, line + "\n");
}
