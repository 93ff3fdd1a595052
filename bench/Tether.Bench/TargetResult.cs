namespace Tether.Bench;

/// <summary>How a target came out.</summary>
internal sealed record TargetResult(Work Work, Target Target, double Ratio)
{
    /// <summary>How many times worse than its target a figure must be before it is taken for a regression and not for noise.</summary>
    private const double ThroughputNoise = 0.5;
    private const double LatencyNoise = 3;

    internal string Verdict => double.IsNaN(Ratio) ? "not measured" : Met ? "met" : "missed";

    /// <summary>
    /// So far off a peer in the same run that noise does not explain it: below half of a throughput, above three times a latency. Fixed
    /// values do not count, as they tell of the machine, too.
    /// </summary>
    internal bool FarOff => Target.Peer is not null
        && (Target.AtLeast ? Ratio < Target.Value * ThroughputNoise : Ratio > Target.Value * LatencyNoise);

    internal string Asked => Target.Peer is null
        ? $"{Sign} {Target.Value:0.##}"
        : $"{Sign} {Target.Value:0.##} × {Target.Peer}{(Target.PeerFigure is null ? "" : $" ({Target.PeerFigure})")}";

    private bool Met => Target.AtLeast ? Ratio >= Target.Value : Ratio <= Target.Value;

    private string Sign => Target.AtLeast ? "≥" : "≤";
}
