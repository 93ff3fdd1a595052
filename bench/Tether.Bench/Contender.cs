namespace Tether.Bench;

/// <summary>Who does a piece of work: a driver's command line that prints lines of <c>figure value</c>.</summary>
/// <param name="Name">As the tables call it.</param>
/// <param name="Command">The driver and its arguments.</param>
/// <param name="Missing">Why it cannot be measured here; null when it can.</param>
/// <param name="Environment">What the driver finds in its environment besides.</param>
internal sealed record Contender(string Name, IReadOnlyList<string> Command, string? Missing = null, IReadOnlyDictionary<string, string>? Environment = null)
{
    private readonly Dictionary<string, Series> _figures = [];

    /// <summary>Why its driver failed, in its own words.</summary>
    internal string? Failure { get; private set; }

    internal Series Figure(string name) => _figures.TryGetValue(name, out Series? series) ? series : _figures[name] = new Series();

    /// <summary>Forgets what was measured, to measure it again.</summary>
    internal void Clear()
    {
        _figures.Clear();
        Failure = null;
    }

    internal async Task RunAsync()
    {
        if (Missing is not null || Failure is not null)
        {
            return;
        }

        DriverResult result = await DriverRun.RunAsync(Command, Environment);
        Failure = result.Failure;
        foreach ((string figure, double value) in result.Figures)
        {
            Figure(figure).Add(value);
        }
    }
}
