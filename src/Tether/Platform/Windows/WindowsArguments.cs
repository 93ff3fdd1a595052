using System.Buffers;
using System.Text;

namespace Tether.Platform.Windows;

/// <summary>
/// One command line from arguments, such that the Microsoft C runtime and CommandLineToArgvW, and .NET with them, read the same arguments
/// from it. Windows passes programs one string, and each splits it itself; these are the rules that nearly all of them follow.
/// </summary>
internal static class WindowsArguments
{
    /// <summary>What CreateProcess takes, its ending NUL included.</summary>
    internal const int Longest = 32767;

    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(" \t\n\v\r\"");

    /// <exception cref="ArgumentException">An argument cannot be passed, or all together are too long.</exception>
    internal static string Join(string program, IReadOnlyList<string> arguments)
    {
        StringBuilder line = new(QuoteProgram(program));
        for (int i = 0; i < arguments.Count; i++)
        {
            if (arguments[i].Contains('\0'))
                throw new ArgumentException($"Argument {i + 1} has a NUL character, at which the command line would end. Leave it out.");

            line.Append(' ');
            Append(line, arguments[i]);
        }

        return line.Length < Longest
            ? line.ToString()
            : throw new CommandLineTooLongException(
                $"The command line has {line.Length} characters, and Windows takes {Longest - 1}. Pass less, or by a file.");
    }

    /// <summary>argv[0] has rules of its own: no backslash escapes, and a quote only ends it.</summary>
    private static string QuoteProgram(string program) =>
        program.AsSpan().IndexOfAny('"', '\0') < 0
            ? $"\"{program}\""
            : throw new ArgumentException($"The program's name '{program.Replace("\0", "\\0")}' has a quote or a NUL character, which no file name on Windows has.");

    internal static void Append(StringBuilder line, string argument)
    {
        if (argument.Length > 0 && argument.AsSpan().IndexOfAny(NeedQuotes) < 0)
        {
            line.Append(argument);
            return;
        }

        line.Append('"');
        int backslashes = 0;
        foreach (char c in argument)
        {
            // Backslashes are plain, except before a quote: there each stands for half a backslash.
            if (c == '"')
                line.Append('\\', backslashes + 1);

            backslashes = c == '\\' ? backslashes + 1 : 0;
            line.Append(c);
        }

        line.Append('\\', backslashes).Append('"');
    }

    /// <summary>Reads the arguments after the program, as the C runtime does (since 2008: two quotes inside of quotes are one).</summary>
    internal static List<string> Split(string line)
    {
        int i = 0;
        for (bool isQuoted = false; i < line.Length && (isQuoted || line[i] is not (' ' or '\t')); i++)
            isQuoted ^= line[i] == '"';

        List<string> arguments = [];
        while (true)
        {
            while (i < line.Length && (line[i] is ' ' or '\t'))
                i++;

            if (i == line.Length)
                return arguments;

            arguments.Add(Next(line, ref i));
        }
    }

    private static string Next(string line, ref int i)
    {
        StringBuilder argument = new();
        for (bool isQuoted = false; i < line.Length && (isQuoted || line[i] is not (' ' or '\t'));)
        {
            int backslashes = 0;
            while (i < line.Length && line[i] == '\\')
            {
                backslashes++;
                i++;
            }

            if (i == line.Length || line[i] != '"')
            {
                argument.Append('\\', backslashes);
                if (backslashes == 0)
                    argument.Append(line[i++]);

                continue;
            }

            argument.Append('\\', backslashes / 2);
            i++;
            if (backslashes % 2 == 1)
                argument.Append('"');
            else if (isQuoted && i < line.Length && line[i] == '"')
                argument.Append(line[i++]);
            else
                isQuoted = !isQuoted;
        }

        return argument.ToString();
    }
}
