namespace Tether.Bench;

/// <summary>What is asked of one contender: a multiple of another's median in the same run, or of a fixed value.</summary>
/// <param name="Ours">The contender that it is asked of.</param>
/// <param name="Figure">The figure.</param>
/// <param name="Peer">Whose median is the measure; null: the value alone.</param>
/// <param name="Value">The factor, or the value.</param>
/// <param name="AtLeast">True for a throughput, false for a time or a size.</param>
/// <param name="PeerFigure">The peer's figure, when it is another one.</param>
internal sealed record Target(string Ours, string Figure, string? Peer, double Value, bool AtLeast, string? PeerFigure = null)
{
    /// <summary>
    /// The same code was measured on two machines, and the ratio was once near to this and once far off: it is asked in the whole comparison
    /// and not in the guard (decision 19, which has the measurements).
    /// </summary>
    internal bool MachineDecides { get; init; }

    internal TargetResult Judge(Work work)
    {
        double ours = work.Median(Ours, Figure);
        double ratio = Peer is null ? ours : ours / work.Median(Peer, PeerFigure ?? Figure);
        return new TargetResult(work, this, ratio);
    }
}
