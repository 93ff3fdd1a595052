using System.Globalization;
using System.Text;

namespace Tether.Bench;

/// <summary>The results in Markdown, as comma-separated values and in pictures.</summary>
internal sealed class Report(IReadOnlyList<Work> works, IReadOnlyList<TargetResult> targets, IReadOnlyList<string> machine, Peers peers, string name)
{
    internal void Write(string directory)
    {
        string pictures = Path.Combine(directory, name);
        Directory.CreateDirectory(pictures);
        File.WriteAllText(Path.Combine(directory, $"{name}.md"), Markdown());
        File.WriteAllText(Path.Combine(directory, $"{name}.csv"), Values());
        foreach (Work work in works)
        {
            File.WriteAllText(Path.Combine(pictures, $"{work.Id}.svg"), work.Id == "growth" ? new GrowthPlot(work).Draw() : new BarPlot(work).Draw());
        }
    }

    private string Markdown()
    {
        StringBuilder text = new();
        text.AppendLine($"# Figures of {name}").AppendLine();
        text.AppendLine("Everybody in turn, round by round, in one run. Compare within this run only.").AppendLine();
        foreach (string line in machine.Concat(peers.Describe()))
        {
            text.AppendLine($"- {line}");
        }

        text.AppendLine().AppendLine("## Targets").AppendLine();
        text.AppendLine("| work | of | figure | asked | found | |").AppendLine("|---|---|---|---|---|---|");
        foreach (TargetResult result in targets)
        {
            text.AppendLine($"| {result.Work.Title} | {result.Target.Ours} | {result.Target.Figure} | {result.Asked} | {Number(result.Ratio)} | {result.Verdict} |");
        }

        foreach (Work work in works)
        {
            Table(text, work);
        }

        return text.ToString();
    }

    private void Table(StringBuilder text, Work work)
    {
        Figure[] figures = [.. work.Figures.Where(figure => work.Contenders.Any(c => c.Figure(figure.Name).Count > 0))];
        text.AppendLine().AppendLine($"## {work.Title}").AppendLine();
        text.Append("| |");
        foreach (Figure figure in figures)
        {
            text.Append($" {figure.Title}{(figure.Unit.Length > 0 ? ", " : "")}{figure.Unit}, median | p99 |");
        }

        text.AppendLine(" ours is × of it | values |");
        text.AppendLine(string.Concat(Enumerable.Repeat("|---", figures.Length * 2 + 3)) + "|");
        Contender ours = work.Contenders[0];
        foreach (Contender contender in work.Contenders)
        {
            text.Append($"| {contender.Name} |");
            if (contender.Missing is not null || contender.Failure is not null)
            {
                text.AppendLine($" {contender.Missing ?? contender.Failure} |");
                continue;
            }

            foreach (Figure figure in figures)
            {
                Series series = contender.Figure(figure.Name);
                text.Append(series.Count == 0 ? " | |" : $" {Number(series.Median)} | {Number(series.P99)} |");
            }

            Series first = contender.Figure(work.Figures[0].Name);
            text.AppendLine($" {Number(ours.Figure(work.Figures[0].Name).Median / first.Median)} | {first.Count} |");
        }

        text.AppendLine();
        if (work.Note.Length > 0)
        {
            text.AppendLine(work.Note).AppendLine();
        }

        text.AppendLine($"![{work.Title}]({name}/{work.Id}.svg)");
    }

    private string Values()
    {
        StringBuilder text = new("work,contender,figure,unit,median,p99,values\n");
        foreach (Work work in works)
        {
            foreach (Contender contender in work.Contenders)
            {
                foreach (Figure figure in work.Figures.Where(figure => contender.Figure(figure.Name).Count > 0))
                {
                    Series series = contender.Figure(figure.Name);
                    text.Append(CultureInfo.InvariantCulture,
                        $"{work.Id},\"{contender.Name}\",{figure.Name},{figure.Unit},{series.Median:0.####},{series.P99:0.####},{series.Count}\n");
                }
            }
        }

        return text.ToString();
    }

    internal static string Number(double value) => double.IsNaN(value) ? "" : value switch
    {
        >= 100 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.00", CultureInfo.InvariantCulture),
    };
}
