using Spectre.Console;
using Tether.Cli.Formatting;

namespace Tether.Cli.Output;

/// <summary>Records as a table for a person at a terminal. The only place that needs a terminal library, and nothing else loads it.</summary>
internal static class RecordTable
{
    internal static string Format(IReadOnlyList<ProcessRecord> records, bool withExit)
    {
        using StringWriter text = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = StandardStreams.IsOutputColoured ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = StandardStreams.IsOutputColoured ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = Math.Max(60, Console.WindowWidth);
        Table table = new Table().NoBorder();
        foreach (string column in (string[])["NAME", "STATE", "PID", "AGE", "OUT", "ERR"])
        {
            table.AddColumn(new TableColumn(new Text(column)).NoWrap());
        }

        if (withExit)
        {
            table.AddColumn(new TableColumn(new Text("EXIT")).NoWrap());
        }

        table.AddColumn(new TableColumn(new Text("COMMAND")));
        foreach (ProcessRecord record in records)
        {
            table.AddRow(Row(record, withExit));
        }

        console.Write(table);
        return text.ToString();
    }

    private static Text[] Row(ProcessRecord record, bool withExit)
    {
        string age = record.StartTime is { } started ? Times.ToAge(DateTimeOffset.UtcNow - started) : "-";
        Text command = new(RecordColumns.Command(record)) { Overflow = Overflow.Ellipsis };
        Text[] head =
        [
            new(record.Name, new Style(decoration: Decoration.Bold)),
            new(Words.Of(record.State), new Style(ColourOf(record.State))),
            new(record.ProcessId == 0 ? "-" : record.ProcessId.ToString()),
            new(age),
            new(ByteSize.Format(record.StandardOutput.End)),
            new(ByteSize.Format(record.StandardError.End)),
        ];
        return withExit ? [.. head, Exit(record), command] : [.. head, command];
    }

    private static Text Exit(ProcessRecord record) =>
        record.Exit is { } exit ? new Text(Words.Of(exit), new Style(exit.ExitCode == 0 ? null : Color.Red)) : new Text("-");

    private static Color ColourOf(ProcessState state) => state switch
    {
        ProcessState.Running => Color.Green,
        ProcessState.Starting => Color.Yellow,
        ProcessState.Exited => Color.Grey,
        _ => Color.Red,
    };
}
