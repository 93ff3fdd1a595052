namespace Tether.Bench;

/// <summary>
/// The quick form, which fails when Tether has become much slower or larger. Its contenders are ours, the peers that something is asked
/// beside, and an earlier Tether (<c>bench/baseline</c>), on the same work in turn: what a machine, its kernel and its other load do to the figures
/// they do to both.
/// </summary>
internal static class Guard
{
    private const string Before = ", before";

    /// <summary>The work with what the guard needs of it. <paramref name="before"/>: the folder of the earlier Tether's driver; null for none.</summary>
    internal static Work Of(Work work, string? before)
    {
        Contender[] needed = [.. work.Contenders.Where(c => IsOurs(c) || work.Targets.Any(target => target.Peer == c.Name))];
        if (before is null)
        {
            return work with { Contenders = needed };
        }

        Contender[] ours = [.. needed.Where(c => work.Targets.Any(target => target.Ours == c.Name))];
        return work with
        {
            Contenders = [.. needed, .. ours.Select(c => Earlier(c, before))],
            Targets =
            [
                .. work.Targets,
                .. work.Targets.DistinctBy(target => (target.Ours, target.Figure))
                    .Select(target => new Target(target.Ours, target.Figure, target.Ours + Before, 1, target.AtLeast)),
            ],
        };
    }

    internal static bool IsOurs(Contender contender) => contender.Name.Contains("ether", StringComparison.Ordinal);

    /// <summary>The same words to the earlier driver and tools, which lie beside each other as these do.</summary>
    private static Contender Earlier(Contender contender, string before) => new(
        contender.Name + Before,
        [.. contender.Command.Select(word => word.StartsWith(AppContext.BaseDirectory, StringComparison.Ordinal) ? Path.Combine(before, Path.GetFileName(word)) : word)],
        contender.Missing,
        contender.Environment);
}
