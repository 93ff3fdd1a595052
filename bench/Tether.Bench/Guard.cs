namespace Tether.Bench;

/// <summary>
/// The quick form, which fails when Tether has become much slower or larger. Everything of ours that something is asked of runs beside an
/// earlier Tether (<c>bench/baseline</c>), in turn on the same work: what a machine, its kernel and its other load do to one they do to the
/// other. And beside its peer, with wide limits, wherever the machine does not decide the ratio (decision 19).
/// </summary>
internal static class Guard
{
    private const string Before = ", before";

    /// <summary>How many times worse than before a figure must be before it is taken for a regression and not for noise.</summary>
    private const double Noise = 2;

    /// <summary>The same beside a peer's: below half of a rate that is asked, above three times a time or a size.</summary>
    private const double RateNoise = 0.5;
    private const double TimeNoise = 3;

    /// <summary>The work with what the guard needs of it: what is ours, the same of before, and the peers that ours is held against.</summary>
    /// <param name="work">The work of the whole comparison.</param>
    /// <param name="before">The folder of the earlier Tether's driver; null when there is none, and then only peers are compared with.</param>
    internal static Work Of(Work work, string? before)
    {
        Contender[] ours = [.. work.Contenders.Where(c => work.Targets.Any(target => target.Ours == c.Name))];
        // A fixed value tells of the machine, too.
        Target[] besidePeers = [.. work.Targets.Where(target => target.Peer is not null && !target.MachineDecides).Select(Widened)];
        IEnumerable<Contender> peers = work.Contenders.Except(ours).Where(c => besidePeers.Any(target => target.Peer == c.Name));
        return work with
        {
            Contenders = [.. ours.SelectMany(c => before is null ? (Contender[])[c] : [c, Earlier(c, before)]), .. peers],
            Targets = [.. before is null ? [] : BesideBefore(work), .. besidePeers],
        };
    }

    internal static bool IsOurs(Contender contender) => contender.Name.Contains("ether", StringComparison.Ordinal);

    private static Target Widened(Target target) => target with { Value = target.Value * (target.AtLeast ? RateNoise : TimeNoise) };

    private static IEnumerable<Target> BesideBefore(Work work) =>
        work.Targets.DistinctBy(target => (target.Ours, target.Figure))
            .Select(target => new Target(target.Ours, target.Figure, target.Ours + Before, target.AtLeast ? 1 / Noise : Noise, target.AtLeast));

    /// <summary>The same words to the earlier driver and tools, which lie beside each other as these do.</summary>
    private static Contender Earlier(Contender contender, string before) => new(
        contender.Name + Before,
        [.. contender.Command.Select(word => word.StartsWith(AppContext.BaseDirectory, StringComparison.Ordinal) ? Path.Combine(before, Path.GetFileName(word)) : word)],
        contender.Missing,
        contender.Environment);
}
