using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Tether.Cli.Commands;
using Tether.Cli.Output;
using Tether.Records;

namespace Tether.Cli.Completion;

/// <summary>What the last of some words can become.</summary>
internal static class Candidates
{
    /// <summary>The shell shall complete the name of a program.</summary>
    internal const string Commands = ":commands";

    /// <summary>The shell shall complete a directory.</summary>
    internal const string Directories = ":directories";

    /// <summary>The shell shall complete a file.</summary>
    internal const string Files = ":files";

    internal static IEnumerable<string> For(Command root, string[] words)
    {
        string word = words.Length > 0 ? words[^1] : "";
        return words.Length <= 1
            ? Matching(word, [.. root.Subcommands.Where(command => !command.Hidden).Select(command => command.Name), "--help", "--version"])
            : root.Subcommands.FirstOrDefault(command => command.Name == words[0]) is { Hidden: false } known ? Of(known, words[1..^1], word) : [];
    }

    private static IEnumerable<string> Of(Command command, string[] before, string word)
    {
        if (before is [.., { } last] && ValueOf(command, last) is { } values)
        {
            return Matching(word, values);
        }

        string[] plain = Plain(command, before);
        if (command is RunCommand && plain.Length > 0)
        {
            // PROGRAM stands there: the rest is the program's.
            return [Files];
        }

        return word.StartsWith('-') && !before.Contains("--") ? Matching(word, OptionsOf(command)) : Matching(word, Argument(command, plain));
    }

    /// <summary>The words that are no options and no values of options.</summary>
    private static string[] Plain(Command command, string[] before)
    {
        List<string> plain = [];
        for (int i = 0; i < before.Length; i++)
        {
            if (before[i] == "--" || (command is RunCommand && plain.Count > 0))
            {
                plain.AddRange(before[(before[i] == "--" ? i + 1 : i)..]);
                break;
            }

            if (ValueOf(command, before[i]) is not null)
            {
                i++;
            }
            else if (!before[i].StartsWith('-'))
            {
                plain.Add(before[i]);
            }
        }

        return [.. plain];
    }

    /// <summary>What can follow an option that takes a value; null when it takes none.</summary>
    private static string[]? ValueOf(Command command, string word)
    {
        Option? option = command.Options.FirstOrDefault(option => option.HelpName is not null && (option.Name == word || option.Aliases.Contains(word)));
        return option?.Name switch
        {
            null => null,
            "--directory" => [Directories],
            "--stdin" or "--stdout" or "--stderr" => [Files],
            "--when-full" => [Words.Drop, Words.Block, Words.Spill],
            "--window" => ["1M", "8M", "64M", "1G"],
            _ => [],
        };
    }

    private static IEnumerable<string> OptionsOf(Command command) =>
        [.. command.Options.Where(option => !option.Hidden).SelectMany(option => (string[])[option.Name, .. option.Aliases]), "--help"];

    private static IEnumerable<string> Argument(Command command, string[] plain) => command switch
    {
        RunCommand => [Commands],
        CompletionCommand => plain.Length == 0 ? CompletionScripts.Shells : [],
        RmCommand => Names(ended: true).Except(plain),
        PsCommand => [],
        DoctorCommand => plain.Length == 0 ? Processes() : [],
        WhoCommand => plain.Length == 0 ? [Files] : [],
        SignalCommand when plain.Length == 1 => Enumerable.Range(1, 31).Select(number => Signals.GetName((PosixSignal)number)[3..]),
        ShowCommand or LogsCommand or WaitCommand => plain.Length == 0 ? Names(ended: null) : [],
        _ => plain.Length == 0 ? Names(ended: false) : [],
    };

    /// <summary>The names of records; of programs that have ended, of those that have not, or all.</summary>
    private static IEnumerable<string> Names(bool? ended)
    {
        RecordStore? store = RecordStore.Open(TetherHome.Path);
        return store is null ? [] : store.Names().Where(name => ended is null || IsEnded(store, name) == ended);
    }

    /// <summary>The processes that can be looked at by their number.</summary>
    private static IEnumerable<string> Processes() => System.Diagnostics.Process.GetProcesses().Select(process => process.Id.ToString(CultureInfo.InvariantCulture));

    private static bool IsEnded(RecordStore store, string name) => store.Find(name)?.State is ProcessState.Exited or ProcessState.Lost;

    private static IEnumerable<string> Matching(string word, IEnumerable<string> candidates) =>
        candidates.Where(candidate => candidate.StartsWith(':') || candidate.StartsWith(word, StringComparison.OrdinalIgnoreCase));
}
