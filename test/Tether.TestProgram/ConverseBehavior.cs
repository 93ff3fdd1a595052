namespace Tether.TestProgram;

/// <summary>Both directions at once: stdin is echoed to stdout (<see cref="EchoBehavior"/>), and stderr gets the pattern without an end.</summary>
internal static class ConverseBehavior
{
    private const int Largest = 6000;

    /// <summary>Between two pieces, in milliseconds: it runs for minutes and shall not fill a disk.</summary>
    private const int Pause = 5;

    internal static int Run(ulong seed)
    {
        Thread writer = new(() =>
        {
            using Stream output = StandardFile.Open(2);
            PiecesBehavior.WriteTo(output, long.MaxValue, Largest, seed, () => Thread.Sleep(Pause));
        });
        writer.Start();
        return EchoBehavior.Run();
    }
}
