using System.Globalization;

namespace Tether.TestLauncher;

/// <summary>What the launcher is told on its command line.</summary>
internal sealed record LaunchOptions
{
    /// <summary>What is done before the start, in this order: <see cref="Preparations"/>.</summary>
    internal required IReadOnlyList<(string Name, string Value)> Preparations { get; init; }

    internal required IReadOnlyList<string> Command { get; init; }

    internal string? Home { get; init; }

    internal string? Name { get; init; }

    internal string? WorkingDirectory { get; init; }

    /// <summary>A member of <see cref="UnixStartInfo"/> that gets a value which only root may give.</summary>
    internal string? Impossible { get; init; }

    internal bool IsTied { get; init; }

    /// <summary>So many starts at once, each from a thread of its own.</summary>
    internal int Threads { get; init; } = 1;

    /// <summary>Starts with <see cref="System.Diagnostics.Process"/>, to show what that does.</summary>
    internal bool WithProcess { get; init; }

    /// <summary>The descriptor that orders are read from.</summary>
    internal int Input { get; init; }

    /// <summary>The descriptor that the reports are written to.</summary>
    internal int Output { get; init; } = 1;

    internal static LaunchOptions Parse(string[] arguments)
    {
        int end = Array.IndexOf(arguments, "--");
        List<(string, string)> preparations = [];
        LaunchOptions options = new() { Preparations = preparations, Command = arguments[(end + 1)..] };
        foreach (string argument in arguments.Take(end))
        {
            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? argument : argument[..equals];
            string value = equals < 0 ? "" : argument[(equals + 1)..];
            switch (name)
            {
                case "home":
                    options = options with { Home = value };
                    break;
                case "name":
                    options = options with { Name = value };
                    break;
                case "directory":
                    options = options with { WorkingDirectory = value };
                    break;
                case "impossible":
                    options = options with { Impossible = value };
                    break;
                case "tied":
                    options = options with { IsTied = true };
                    break;
                case "threads":
                    options = options with { Threads = Number(value) };
                    break;
                case "with-process":
                    options = options with { WithProcess = true };
                    break;
                case "input":
                    options = options with { Input = Number(value) };
                    break;
                case "output":
                    options = options with { Output = Number(value) };
                    break;
                default:
                    preparations.Add((name, value));
                    break;
            }
        }

        return options;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
