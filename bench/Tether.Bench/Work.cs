namespace Tether.Bench;

/// <summary>One piece of work and all who do it, in turn.</summary>
/// <param name="Id">The name of its picture's file.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Figures">The figures that it shows; the first is drawn.</param>
/// <param name="Rounds">How often each contender does it.</param>
/// <param name="Contenders">In the order in which they take turns.</param>
/// <param name="Targets">What is asked of ours.</param>
/// <param name="Note">What to know when reading it.</param>
internal sealed record Work(
    string Id, string Title, IReadOnlyList<Figure> Figures, int Rounds, IReadOnlyList<Contender> Contenders, IReadOnlyList<Target> Targets, string Note = "")
{
    internal async Task RunAsync()
    {
        for (int round = 0; round < Rounds; round++)
        {
            foreach (Contender contender in Contenders)
            {
                await contender.RunAsync();
            }
        }
    }

    internal double Median(string contender, string figure) => Contenders.First(c => c.Name == contender).Figure(figure).Median;
}
