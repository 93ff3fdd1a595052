using System.Globalization;
using Tether.Cli.Formatting;

namespace Tether.Cli.Output;

/// <summary>
/// Records as plain columns for another program: a header, then a line each, with at least two spaces between columns. No column but the
/// last has a space in it, and what is not known is "-".
/// </summary>
internal static class RecordColumns
{
    internal static string Format(IReadOnlyList<ProcessRecord> records, bool withExit)
    {
        string[][] rows = [Header(withExit), .. records.Select(record => Row(record, withExit))];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length - 1).Select(column => rows.Max(row => row[column].Length))];
        System.Text.StringBuilder text = new();
        foreach (string[] row in rows)
        {
            for (int column = 0; column < widths.Length; column++)
            {
                text.Append(row[column].PadRight(widths[column] + 2));
            }

            text.Append(row[^1]).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The command, or what is wrong with a record that cannot be read.</summary>
    internal static string Command(ProcessRecord record) =>
        record.Problem is { } problem ? $"(damaged: {problem})" : ShellQuoting.Join(record.Program, record.Arguments);

    private static string[] Header(bool withExit) =>
        withExit ? ["NAME", "STATE", "PID", "STARTED", "OUT", "ERR", "EXIT", "COMMAND"] : ["NAME", "STATE", "PID", "STARTED", "OUT", "ERR", "COMMAND"];

    private static string[] Row(ProcessRecord record, bool withExit)
    {
        string pid = record.ProcessId == 0 ? "-" : Number(record.ProcessId);
        string started = record.StartTime is { } time ? Times.ToText(time) : "-";
        string[] head = [record.Name, Words.Of(record.State), pid, started, Number(record.StandardOutput.End), Number(record.StandardError.End)];
        string[] exit = withExit ? [record.Exit is { } status ? Words.Of(status) : "-"] : [];
        return [.. head, .. exit, Command(record)];
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
