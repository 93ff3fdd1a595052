using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Tether.TestShell;

/// <summary>Words with their quotes taken off and their variables put in. What a variable holds is not split into words.</summary>
internal sealed partial class Expansion(Func<string, string> variable, string[] arguments)
{
    /// <summary>The word; none or several for "$@".</summary>
    internal IEnumerable<string> Words(string word) => word is "\"$@\"" or "$@" ? arguments : [Text(word)];

    internal string Text(string word)
    {
        StringBuilder text = new();
        for (int at = 0; at < word.Length;)
        {
            int end = EndOfPart(word, at);
            string part = word[at..end];
            text.Append(part[0] switch
            {
                '\'' => part[1..^1],
                '"' => Text(part[1..^1].Replace("'", "\\'", StringComparison.Ordinal)),
                '\\' => part[1..],
                '$' when part.Length > 1 => Value(part),
                _ => part,
            });
            at = end;
        }

        return text.ToString();
    }

    /// <summary>Where what begins at an index ends: a quoted text, an escaped character, an expansion, or one character.</summary>
    internal static int EndOfPart(string text, int at)
    {
        switch (text[at])
        {
            case '\'':
                return text.IndexOf('\'', at + 1) + 1;
            case '"':
                int end = at + 1;
                while (text[end] != '"')
                    end = text[end] == '\'' ? end + 1 : EndOfPart(text, end);

                return end + 1;
            case '\\':
                return at + 2;
            case '$':
                return at + Math.Max(1, Dollar().Match(text, at).Length);
            default:
                return at + 1;
        }
    }

    private string Value(string expression) =>
        expression.StartsWith("$((", StringComparison.Ordinal) ? Calculate(expression[3..^2]).ToString(CultureInfo.InvariantCulture)
        : variable(expression.Trim('$', '{', '}') is { Length: > 0 } name ? name : "$");

    private int Calculate(string expression)
    {
        Match parts = Arithmetic().Match(expression);
        int left = Number(parts.Groups[1].Value);
        int right = Number(parts.Groups[3].Value);
        return parts.Groups[2].Value switch
        {
            "+" => left + right,
            "-" => left - right,
            "*" => left * right,
            "%" => left % right,
            _ => throw new NotSupportedException($"$(({expression}))"),
        };
    }

    private int Number(string text) => int.Parse(char.IsAsciiDigit(text[0]) ? text : variable(text), CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\G\$(\(\([^)]*\)\)|\{[^}]*\}|[A-Za-z_][A-Za-z_0-9]*|[0-9!$?@])")]
    private static partial Regex Dollar();

    [GeneratedRegex(@"^\s*(\w+)\s*([-+*%])\s*(\w+)\s*$")]
    private static partial Regex Arithmetic();
}
