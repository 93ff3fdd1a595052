using System.Globalization;
using System.Net;
using System.Text;

namespace Tether.Bench;

/// <summary>One bar for each contender's median of the first figure, as SVG; logarithmic when they differ much.</summary>
internal sealed class BarPlot(Work work)
{
    private const int Left = 270;
    private const int Width = 420;
    private const int Line = 24;

    internal string Draw()
    {
        Figure figure = work.Figures[0];
        (string Name, double Value)[] bars =
            [.. work.Contenders.Where(c => c.Figure(figure.Name).Count > 0).Select(c => (c.Name, c.Figure(figure.Name).Median))];
        double most = bars.Select(bar => bar.Value).DefaultIfEmpty(1).Max();
        double least = bars.Select(bar => bar.Value).DefaultIfEmpty(1).Min();
        bool logarithmic = least > 0 && most / least > 50;
        int height = 60 + bars.Length * Line;
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"800\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"13\">\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        string scale = logarithmic ? ", logarithmic" : "";
        svg.Append($"<text x=\"12\" y=\"24\" font-weight=\"bold\">{WebUtility.HtmlEncode($"{work.Title}: {figure.Title}, {figure.Unit}{scale}")}</text>\n");
        for (int i = 0; i < bars.Length; i++)
        {
            int y = 44 + i * Line;
            double part = logarithmic ? (Math.Log(bars[i].Value / least) + 0.5) / (Math.Log(most / least) + 0.5) : bars[i].Value / most;
            double length = Math.Max(1, Width * part);
            string colour = bars[i].Name.StartsWith("Tether", StringComparison.OrdinalIgnoreCase) ? "#2563eb" : "#9ca3af";
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{y + 12}\" text-anchor=\"end\">{WebUtility.HtmlEncode(bars[i].Name)}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Left}\" y=\"{y}\" width=\"{length:0.#}\" height=\"16\" fill=\"{colour}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + length + 6:0.#}\" y=\"{y + 12}\">{Report.Number(bars[i].Value)}</text>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }
}
