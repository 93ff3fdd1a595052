using System.Text;

namespace Tether.Cli.Formatting;

/// <summary>A command as a shell would take it: what is plain stays plain, and nothing in it can disturb a terminal.</summary>
internal static class ShellQuoting
{
    internal static string Join(string program, IEnumerable<string> arguments)
    {
        StringBuilder line = new(Quote(program));
        foreach (string argument in arguments)
        {
            line.Append(' ').Append(Quote(argument));
        }

        return line.ToString();
    }

    internal static string Quote(string text)
    {
        if (text.Length > 0 && text.All(c => char.IsLetterOrDigit(c) || "_@%+=:,./-".Contains(c)))
        {
            return text;
        }

        return text.Any(char.IsControl) ? Escape(text) : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }

    private static string Escape(string text)
    {
        StringBuilder quoted = new("$'");
        foreach (char c in text)
        {
            _ = c switch
            {
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                '\r' => quoted.Append("\\r"),
                '\'' or '\\' => quoted.Append('\\').Append(c),
                _ when char.IsControl(c) => quoted.Append($"\\u{(int)c:X4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('\'').ToString();
    }
}
