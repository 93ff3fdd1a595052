namespace Tether.Bench;

/// <summary>
/// The quick form, which fails when Tether has become much slower or larger. Its contenders are ours and an earlier Tether
/// (<c>bench/baseline</c>), on the same work in turn: what a machine, its kernel and its other load do to one they do to the other (decision 19).
/// </summary>
internal static class Guard
{
    private const string Before = ", before";

    /// <summary>How many times worse a figure must be before it is taken for a regression and not for noise.</summary>
    private const double Noise = 2;

    /// <summary>The work with what the guard needs of it: everything of ours that something is asked of.</summary>
    /// <param name="work">The work of the whole comparison.</param>
    /// <param name="before">The folder of the earlier Tether's driver; null when there is none, and then nothing is asked.</param>
    internal static Work Of(Work work, string? before)
    {
        Contender[] ours = [.. work.Contenders.Where(c => work.Targets.Any(target => target.Ours == c.Name))];
        return before is null ? work with { Contenders = ours, Targets = [] } : work with
        {
            Contenders = [.. ours.SelectMany(c => (Contender[])[c, Earlier(c, before)])],
            Targets =
            [
                .. work.Targets.DistinctBy(target => (target.Ours, target.Figure))
                    .Select(target => new Target(target.Ours, target.Figure, target.Ours + Before, target.AtLeast ? 1 / Noise : Noise, target.AtLeast)),
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
