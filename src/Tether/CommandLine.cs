using System.Text;

namespace Tether;

/// <summary>
/// One string for a program and its arguments, by the quoting rules of QProcess::splitCommand: white space separates; what stands between
/// double quotes is one argument, or a part of one; three double quotes in a row are one literal double quote, inside or outside of quotes.
/// A backslash is a plain character, and so is everything that a shell would act on. A quote that is not closed ends with the string.
/// </summary>
/// <remarks>One difference from Qt, which drops it: a pair of quotes that stands alone (<c>""</c>) is an empty argument.</remarks>
public static class CommandLine
{
    /// <summary>Splits a command.</summary>
    /// <param name="command">The command.</param>
    /// <returns>The program and its arguments; none when there is nothing but white space.</returns>
    public static IReadOnlyList<string> Split(string command)
    {
        ArgumentNullException.ThrowIfNull(command);
        List<string> words = [];
        StringBuilder word = new();
        bool isQuoted = false;
        bool isEmptyWord = false;
        for (int i = 0; i < command.Length;)
        {
            if (command[i] == '"')
            {
                int run = 1;
                while (i + run < command.Length && command[i + run] == '"')
                {
                    run++;
                }

                i += run;
                word.Append('"', run / 3);
                isEmptyWord |= run % 3 == 2 && !isQuoted;
                isQuoted ^= run % 3 == 1;
            }
            else if (!isQuoted && char.IsWhiteSpace(command[i]))
            {
                End();
                i++;
            }
            else
            {
                word.Append(command[i++]);
            }
        }

        End();
        return words;

        void End()
        {
            if (word.Length > 0 || isEmptyWord)
            {
                words.Add(word.ToString());
                word.Clear();
                isEmptyWord = false;
            }
        }
    }

    /// <summary>Makes one string of a program and its arguments, such that <see cref="Split"/> gives them back.</summary>
    /// <param name="words">The program and its arguments.</param>
    /// <returns>The command.</returns>
    public static string Join(params IEnumerable<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        return string.Join(' ', words.Select(Quote));
    }

    /// <summary>One argument as it stands in a command: quoted only where it has to be.</summary>
    /// <param name="word">The argument.</param>
    /// <returns>The quoted argument.</returns>
    public static string Quote(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        string escaped = word.Replace("\"", "\"\"\"", StringComparison.Ordinal);
        return word.Length == 0 || word.Any(char.IsWhiteSpace) ? $"\"{escaped}\"" : escaped;
    }
}
