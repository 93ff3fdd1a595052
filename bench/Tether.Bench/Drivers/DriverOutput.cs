using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Tether.Bench.Drivers;

/// <summary>The lines of <c>figure value</c> of a driver, kept back until its end so that writing them costs the work nothing.</summary>
internal sealed class DriverOutput
{
    private readonly StringBuilder _lines = new();

    internal void Add(string figure, double value) => _lines.Append(CultureInfo.InvariantCulture, $"{figure} {value:0.####}\n");

    internal void AddMicroseconds(string figure, long start) => Add(figure, Stopwatch.GetElapsedTime(start).TotalMicroseconds);

    internal void AddRate(long bytes, long start) => Add("rate", bytes / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9);

    internal void Write() => Console.Out.Write(_lines);
}
