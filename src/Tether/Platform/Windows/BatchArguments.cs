using System.Text;

namespace Tether.Platform.Windows;

/// <summary>
/// The command line of a batch file. CreateProcess hands one to cmd.exe, which reads the line by rules of its own before the batch file
/// reads it by others: quotes do not stop it from expanding %names%, and a quote inside of an argument can end the quoting, after which the
/// rest is a command (the CVE-2024-24576 class of holes). So cmd.exe is called by us, with what it cannot pass exactly refused.
/// </summary>
internal static class BatchArguments
{
    /// <summary>What cmd.exe reads.</summary>
    internal const int Longest = 8191;

    private static readonly string[] Extensions = [".bat", ".cmd"];

    /// <summary>Whether Windows would run the file by cmd.exe. It drops dots and spaces at the end of a name.</summary>
    internal static bool IsBatch(string path)
    {
        string name = path.TrimEnd('.', ' ');
        return Extensions.Any(extension => name.EndsWith(extension, StringComparison.OrdinalIgnoreCase));
    }

    /// <param name="interpreter">The path of cmd.exe: the system's own, not what COMSPEC says.</param>
    /// <param name="batch">The path of the batch file.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="ArgumentException">Something cannot be passed to a batch file as it is.</exception>
    internal static string Join(string interpreter, string batch, IReadOnlyList<string> arguments)
    {
        Require(batch, "The batch file's path");
        if (!batch.Contains('\\') && !batch.Contains('/'))
            throw new ArgumentException($"The batch file '{batch}' needs its whole path: cmd.exe would look for the name by itself.");

        // /d: no AutoRun of the registry. /e:on, /v:off: command extensions, and no expansion of !names!, whatever the registry says. /s
        // with
        // a quote at both ends: cmd.exe takes these two away, and only these.
        StringBuilder line = new($"\"{interpreter}\" /d /e:on /v:off /s /c \"\"{batch}\"");
        for (int i = 0; i < arguments.Count; i++)
        {
            Require(arguments[i], $"Argument {i + 1}");
            line.Append(" \"").Append(arguments[i]).Append('"');
        }

        line.Append('"');
        return line.Length <= Longest
            ? line.ToString()
            : throw new CommandLineTooLongException(
                $"The command line has {line.Length} characters, and cmd.exe takes {Longest}. Pass less, or by a file.");
    }

    private static void Require(string text, string what)
    {
        foreach (char c in text)
        {
            string? reason = c switch
            {
                '"' => "a quote, which would end the quoting",
                '%' => "a '%', which cmd.exe would expand",
                '\r' or '\n' => "a line break, at which cmd.exe would stop reading",
                '\0' => "a NUL character, at which the command line would end",
                < ' ' and not '\t' => $"the control character {(int)c}, which cmd.exe does not pass on",
                _ => null,
            };
            if (reason is not null)
                throw new ArgumentException($"{what} cannot be passed to a batch file: it has {reason}. Pass it by a file or a variable, or start the program itself.");
        }

        // Programs that the batch file starts with %1 would read \" as a quote.
        if (text.EndsWith('\\'))
            throw new ArgumentException($"{what} cannot be passed to a batch file: it ends with a backslash, which a program it is handed on to reads together with the quote after it. Leave it out.");
    }
}
