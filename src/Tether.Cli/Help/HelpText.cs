using System.CommandLine;
using System.Text;
using Tether.Cli.Commands;

namespace Tether.Cli.Help;

/// <summary>The help of the tool and of each command: what it does, what it takes, and a line to copy.</summary>
internal static class HelpText
{
    private const int Width = 96;

    internal static string OfRoot(TetherRoot root)
    {
        StringBuilder help = new();
        help.AppendLine(root.Description).AppendLine();
        help.AppendLine("Usage: tether COMMAND [OPTION]... [ARGUMENT]...").AppendLine();
        TetherCommand[] commands = [.. root.Subcommands.OfType<TetherCommand>().Where(command => !command.Hidden)];
        foreach (string group in Groups.All)
        {
            Heading(help, group);
            Rows(help, commands.Where(command => command.Group == group).Select(command => (command.Name, command.Description ?? "")), 12);
        }

        Heading(help, "Examples");
        foreach (TetherCommand command in commands)
        {
            help.AppendLine($"  {command.Examples[0].Line}");
        }

        help.AppendLine();
        Heading(help, "Options");
        Rows(help, root.Options.Select(option => (option.Name, option.Description ?? "")), 12);
        help.AppendLine("'tether COMMAND --help' says more about a command. Records live in $TETHER_HOME, else");
        help.AppendLine("$XDG_RUNTIME_DIR/tether, else /tmp/tether-UID; on Windows in %LOCALAPPDATA%\\Tether.");
        // The same bytes on every system.
        return help.ToString().ReplaceLineEndings("\n");
    }

    internal static string Of(TetherCommand command)
    {
        StringBuilder help = new();
        help.AppendLine(command.Description).AppendLine();
        help.AppendLine($"Usage: tether {command.Name} {command.Synopsis}").AppendLine();
        if (command.Details.Length > 0)
        {
            Wrap(help, command.Details, 0);
            help.AppendLine();
        }

        Section(help, "Arguments", [.. command.Arguments.Select(argument => (argument.Name, argument.Description ?? ""))]);
        Section(help, "Options", [.. command.Options.Where(option => !option.Hidden).Select(OptionRow), ("    --help", "Show this help.")]);
        Section(help, "Exit codes", command.ExitCodes);
        Heading(help, "Examples");
        foreach ((string line, string meaning) in command.Examples)
        {
            help.AppendLine("  " + line);
            Wrap(help, meaning, 6);
        }

        // The same bytes on every system.
        return help.ToString().ReplaceLineEndings("\n");
    }

    private static void Heading(StringBuilder help, string heading) => help.Append(heading).AppendLine(":");

    private static void Section(StringBuilder help, string heading, IReadOnlyList<(string First, string Second)> rows)
    {
        if (rows.Count > 0)
        {
            Heading(help, heading);
            Rows(help, rows, rows.Max(row => row.First.Length) + 2);
        }
    }

    private static (string First, string Second) OptionRow(Option option)
    {
        string shortName = option.Aliases.FirstOrDefault() is { } alias ? alias + ", " : "    ";
        string value = option.HelpName is null ? "" : " " + option.HelpName;
        return (shortName + option.Name + value, option.Description ?? "");
    }

    private static void Rows(StringBuilder help, IEnumerable<(string First, string Second)> rows, int column)
    {
        foreach ((string first, string second) in rows)
        {
            StringBuilder text = new();
            Wrap(text, second, column + 2);
            help.Append(("  " + first).PadRight(column + 2)).Append(text.ToString().AsSpan(column + 2));
        }

        help.AppendLine();
    }

    /// <summary>Lines of at most <see cref="Width"/> characters, all indented.</summary>
    private static void Wrap(StringBuilder help, string text, int indent)
    {
        int length = 0;
        foreach (string word in text.Split(' '))
        {
            if (length > 0 && indent + length + 1 + word.Length > Width)
            {
                help.AppendLine();
                length = 0;
            }

            help.Append(length == 0 ? new string(' ', indent) : " ").Append(word);
            length += word.Length + (length == 0 ? 0 : 1);
        }

        help.AppendLine();
    }
}
