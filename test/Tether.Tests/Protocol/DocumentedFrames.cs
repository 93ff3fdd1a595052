using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Tether.Tests.Protocol;

/// <summary>What docs/protocol.md shows: the hex lines of its worked sessions, and its tables.</summary>
internal static partial class DocumentedFrames
{
    internal static string Page { get; } = File.ReadAllText(Path.Combine(Root(), "docs", "protocol.md")).ReplaceLineEndings("\n");

    /// <summary>
    /// Every piece of bytes that is shown with an arrow: a line that starts with "→" (to the keeper) or "←" (from it), and the indented
    /// lines after it. What stands behind "|" is for people.
    /// </summary>
    internal static IReadOnlyList<(bool ToKeeper, byte[] Bytes)> Sent()
    {
        List<(bool, byte[])> pieces = [];
        foreach (Match piece in Piece().Matches(Page))
        {
            string hex = string.Concat(piece.Value[1..].Split('\n').Select(line => line.Split('|')[0].Replace(" ", "")));
            pieces.Add((piece.Value[0] == '→', Convert.FromHexString(hex)));
        }

        return pieces;
    }

    [GeneratedRegex(@"^[→←](?: [0-9a-f]{2})+ *\|.*(?:\n {1,2}(?: ?[0-9a-f]{2})+ *\|.*)*", RegexOptions.Multiline)]
    private static partial Regex Piece();

    // The tests' output stands outside the source tree's folders, so the page is found from this file.
    private static string Root([CallerFilePath] string thisFile = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));
}
