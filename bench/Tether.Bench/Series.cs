using System.Diagnostics;

namespace Tether.Bench;

/// <summary>One contender's figures.</summary>
internal sealed class Series(string name)
{
    private readonly List<double> _values = [];

    internal string Name { get; } = name;

    internal int Count => _values.Count;

    internal double Median => At(0.5);

    internal double P99 => At(0.99);

    internal void Add(double value) => _values.Add(value);

    internal void AddMicroseconds(long start) => Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);

    private double At(double quantile)
    {
        double[] sorted = [.. _values.Order()];
        return sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * quantile))];
    }
}
