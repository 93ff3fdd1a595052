using System.Globalization;
using System.Runtime.InteropServices;

namespace Tether.Bench;

/// <summary>The tables in Markdown, with the machine that they were measured on.</summary>
internal sealed class Report(IReadOnlyList<Table> tables)
{
    internal void Write(TextWriter writer)
    {
        writer.WriteLine($"# Figures of {DateTime.UtcNow:yyyy-MM-dd}");
        writer.WriteLine();
        writer.WriteLine($"{Environment.ProcessorCount} processors, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}. In turn, round by round; medians. Compare within this run only.");
        foreach (Table table in tables)
        {
            writer.WriteLine();
            writer.WriteLine($"## {table.Title}");
            writer.WriteLine();
            writer.WriteLine($"| | median {table.Unit} | p99 | rounds | against the first |");
            writer.WriteLine("|---|---|---|---|---|");
            foreach (Series row in table.Rows.Where(row => row.Count > 0))
            {
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {row.Name} | {row.Median:0.##} | {row.P99:0.##} | {row.Count} | {row.Median / table.Rows[0].Median:0.00} |"));
            }

            foreach (Series row in table.Rows.Where(row => row.Count == 0))
            {
                writer.WriteLine($"| {row.Name} | not installed | | | |");
            }

            if (table.Note.Length > 0)
            {
                writer.WriteLine();
                writer.WriteLine(table.Note);
            }
        }
    }
}
