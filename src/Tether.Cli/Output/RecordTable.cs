using System.Globalization;
using Spectre.Console;
using Tether.Cli.Formatting;

namespace Tether.Cli.Output;

/// <summary>Records as a table for a person at a terminal. The only place that needs a terminal library, and nothing else loads it.</summary>
internal static class RecordTable
{
    /// <summary>Spectre puts a space on either side of every cell.</summary>
    private const int Padding = 2;

    private const int MinimumCommandWidth = 20;

    internal static string Format(IReadOnlyList<ProcessRecord> records, bool withExit, int width)
    {
        using StringWriter text = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = StandardStreams.IsOutputColoured ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = StandardStreams.IsOutputColoured ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new TextOutput(text, Math.Max(width, 60)),
        });
        string[] headers = withExit ? ["NAME", "STATE", "PID", "AGE", "OUT", "ERR", "EXIT"] : ["NAME", "STATE", "PID", "AGE", "OUT", "ERR"];
        string[][] cells = [.. records.Select(record => Cells(record, withExit))];
        Table table = new Table().NoBorder();
        int used = Padding;
        for (int i = 0; i < headers.Length; i++)
        {
            table.AddColumn(new TableColumn(new Text(headers[i])).NoWrap());
            used += Padding + cells.Select(row => row[i].Length).Append(headers[i].Length).Max();
        }

        table.AddColumn(new TableColumn(new Text("COMMAND")).NoWrap());
        int room = Math.Max(MinimumCommandWidth, width - used);
        for (int i = 0; i < cells.Length; i++)
        {
            string command = RecordColumns.Command(records[i]);
            IEnumerable<Text> head = cells[i].Select((cell, column) => new Text(cell, StyleOf(headers[column], records[i])));
            table.AddRow([.. head, new Text(command.Length > room ? command[..(room - 1)] + "…" : command)]);
        }

        console.Write(table);
        return text.ToString();
    }

    private static string[] Cells(ProcessRecord record, bool withExit)
    {
        string pid = record.ProcessId == 0 ? "-" : record.ProcessId.ToString(CultureInfo.InvariantCulture);
        string age = record.StartTime is { } started ? Times.ToAge(DateTimeOffset.UtcNow - started) : "-";
        string[] head = [record.Name, Words.Of(record.State), pid, age, ByteSize.Format(record.StandardOutput.End), ByteSize.Format(record.StandardError.End)];
        return withExit ? [.. head, record.Exit is { } exit ? Words.Of(exit) : "-"] : head;
    }

    private static Style StyleOf(string header, ProcessRecord record) => header switch
    {
        "NAME" => new Style(decoration: Decoration.Bold),
        "STATE" => new Style(record.State switch
        {
            ProcessState.Running => Color.Green,
            ProcessState.Starting => Color.Yellow,
            ProcessState.Exited => Color.Grey,
            _ => Color.Red,
        }),
        "EXIT" when record.Exit is { ExitCode: not 0 } => new Style(Color.Red),
        _ => Style.Plain,
    };
}
