using System.Globalization;
using System.Text;

namespace Tether.Bench;

/// <summary>How times grow with the number of programs, as SVG, both axes logarithmic. A contender's number is the last word of its name.</summary>
internal sealed class GrowthPlot(Work work)
{
    private const int Left = 80;
    private const int Top = 50;
    private const int Width = 520;
    private const int Height = 300;
    private static readonly string[] Colours = ["#2563eb", "#0891b2", "#16a34a", "#d97706", "#dc2626", "#7c3aed"];

    internal string Draw()
    {
        Figure[] figures = [.. work.Figures.Where(figure => figure.Unit == "µs" && figure.Name != "idle-cpu")];
        Contender[] points = [.. work.Contenders.Where(c => c.Figure(figures[0].Name).Count > 0)];
        StringBuilder svg = new();
        svg.Append("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"800\" height=\"410\" font-family=\"sans-serif\" font-size=\"13\">\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        svg.Append($"<text x=\"12\" y=\"24\" font-weight=\"bold\">{work.Title}: µs, median, logarithmic</text>\n");
        for (int power = 2; power <= 6; power++)
        {
            double y = Y(Math.Pow(10, power));
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" x2=\"{Left + Width}\" y1=\"{y:0.#}\" y2=\"{y:0.#}\" stroke=\"#e5e7eb\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{Math.Pow(10, power):#,0}</text>\n");
        }

        foreach (Contender point in points)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(point):0.#}\" y=\"{Top + Height + 20}\" text-anchor=\"middle\">{Count(point)}</text>\n");
        }

        for (int i = 0; i < figures.Length; i++)
        {
            string name = figures[i].Name;
            string line = string.Join(' ', points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p):0.#},{Y(p.Figure(name).Median):0.#}")));
            svg.Append($"<polyline points=\"{line}\" fill=\"none\" stroke-width=\"2\" stroke=\"{Colours[i]}\"/>");
            svg.Append($"<text x=\"{Left + Width + 20}\" y=\"{Top + 20 + i * 22}\" fill=\"{Colours[i]}\">{figures[i].Title}</text>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static double Count(Contender contender) => double.Parse(contender.Name.Split(' ')[^1], CultureInfo.InvariantCulture);

    private static double X(Contender contender) => Left + Width * Math.Log10(Count(contender)) / Math.Log10(2000);

    private static double Y(double value) => Top + Height - Height * (Math.Log10(Math.Clamp(value, 100, 1_000_000)) - 2) / 4;
}
