using System.Text;

namespace Tether.Cli.Output;

/// <summary>
/// Text in blocks: a line, and behind it indented ones. On a terminal all lines are wrapped at its width; into a pipe or file each stays
/// one line. What came from elsewhere (paths, names of processes) cannot disturb a terminal.
/// </summary>
internal sealed class Paragraphs(int? width, bool isColoured)
{
    private const string Bold = "\u001b[1m";
    private const string Plain = "\u001b[0m";

    private readonly StringBuilder _text = new();

    internal static Paragraphs ForOutput() =>
        new(StandardStreams.IsOutputTerminal ? Math.Max(40, StandardStreams.OutputWidth) : null, StandardStreams.IsOutputColoured);

    /// <summary>Adds a line whose first part is emphasized, with its own continuation indented.</summary>
    internal Paragraphs Add(string emphasized, string text, int indent)
    {
        List<string> lines = Wrap(Printable(emphasized + text), indent);
        string first = lines[0];
        if (isColoured && emphasized.Length > 0 && first.Length >= emphasized.Length)
        {
            first = Bold + first[..emphasized.Length] + Plain + first[emphasized.Length..];
        }

        _text.Append(first).Append('\n');
        foreach (string line in lines.Skip(1))
        {
            _text.Append(line).Append('\n');
        }

        return this;
    }

    /// <summary>Adds a line that is indented as a whole.</summary>
    internal Paragraphs Add(string text, int indent) => Add("", new string(' ', indent) + text, indent);

    internal Paragraphs Blank()
    {
        _text.Append('\n');
        return this;
    }

    public override string ToString() => _text.ToString();

    private List<string> Wrap(string text, int indent)
    {
        List<string> lines = [];
        string rest = text;
        while (width is { } columns && rest.Length > columns)
        {
            // A word that is too long, such as a path, stays whole: it shall be copied.
            int space = rest.LastIndexOf(' ', columns);
            space = space > indent ? space : rest.IndexOf(' ', columns);
            if (space < 0)
            {
                break;
            }

            lines.Add(rest[..space].TrimEnd());
            rest = new string(' ', indent) + rest[(space + 1)..];
        }

        lines.Add(rest);
        return lines;
    }

    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
}
