namespace Tether.Bench;

/// <summary>One contender's values of one figure.</summary>
internal sealed class Series
{
    private readonly List<double> _values = [];

    internal int Count => _values.Count;

    internal double Median => At(0.5);

    internal double P99 => At(0.99);

    internal void Add(double value) => _values.Add(value);

    private double At(double quantile)
    {
        double[] sorted = [.. _values.Order()];
        return sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * quantile))];
    }
}
