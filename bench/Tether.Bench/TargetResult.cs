namespace Tether.Bench;

/// <summary>How a target came out.</summary>
internal sealed record TargetResult(Work Work, Target Target, double Ratio)
{
    internal string Verdict => double.IsNaN(Ratio) ? "not measured" : Met ? "met" : "missed";

    internal bool IsMissed => !double.IsNaN(Ratio) && !Met;

    internal string Asked => Target.Peer is null
        ? $"{Sign} {Target.Value:0.##}"
        : $"{Sign} {Target.Value:0.##} × {Target.Peer}{(Target.PeerFigure is null ? "" : $" ({Target.PeerFigure})")}";

    private bool Met => Target.AtLeast ? Ratio >= Target.Value : Ratio <= Target.Value;

    private string Sign => Target.AtLeast ? "≥" : "≤";
}
