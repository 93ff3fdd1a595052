using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Tether.Tests.QtConformance;

/// <summary>The tables of docs/qprocess.md.</summary>
internal static partial class ConformancePage
{
    internal static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../.."));

    /// <summary>The lines of a list that lies beside the tests.</summary>
    internal static string[] List(string name) => File.ReadAllLines(Path.Combine(Path.GetDirectoryName(ThisFile())!, name));

    /// <summary>The rows of the table under a heading, without the table's own head: the cells, trimmed.</summary>
    internal static List<string[]> Rows(string heading)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Root, "docs/qprocess.md"));
        return [.. lines.SkipWhile(line => line != "## " + heading).Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(line => line.StartsWith('|')).Skip(2)
            .Select(line => line[1..line.LastIndexOf('|')].Split('|', StringSplitOptions.TrimEntries))];
    }

    // What stands before a dot on the page and is no type of Tether's.
    private static readonly string[] Others =
        ["Environment", "PosixSignal", "StandardInput", "StandardOutput", "Status", "StreamReader", "System"];

    /// <summary>The members of Tether's types that the page names, as <c>Type.Member</c>.</summary>
    internal static IEnumerable<string> Counterparts()
    {
        string page = File.ReadAllText(Path.Combine(Root, "docs/qprocess.md"));
        return Names(page).Select(code => Member().Match(code))
            .Where(match => match.Success && !Others.Contains(match.Groups[2].Value))
            .Where(match => !match.Groups[2].Value.EndsWith("Tests", StringComparison.Ordinal))
            .Select(match => match.Groups[1].Value).Distinct();
    }

    /// <summary>What stands between backticks.</summary>
    internal static string[] Names(string cell) => [.. Code().Matches(cell).Select(match => match.Groups[1].Value)];

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"^(([A-Z]\w+)\.[A-Z]\w+)")]
    private static partial Regex Member();
}
