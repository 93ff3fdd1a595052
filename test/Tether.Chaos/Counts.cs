namespace Tether.Chaos;

/// <summary>What a run counted.</summary>
internal sealed class Counts
{
    private readonly SortedDictionary<string, int> _faults = new(StringComparer.Ordinal);

    internal long BytesIn { get; set; }

    internal long BytesOut { get; set; }

    /// <summary>How often a reader was told that bytes had fallen out of a window, and how many.</summary>
    internal long Gaps { get; set; }

    internal long GapBytes { get; set; }

    /// <summary>Bytes of input that a program had twice, and those that records say were in doubt.</summary>
    internal long Doubled { get; set; }

    internal long InDoubt { get; set; }

    internal long Adoptions { get; set; }

    internal int Losses { get; private set; }

    internal int Faults => _faults.Values.Sum();

    internal void Add(string fault) => _faults[fault] = _faults.GetValueOrDefault(fault) + 1;

    internal void Lose(string what)
    {
        Losses++;
        Console.Error.WriteLine("LOSS: " + what);
    }

    internal void Print(TimeSpan time, int processes, int descriptors)
    {
        foreach ((string fault, int count) in _faults)
        {
            Console.WriteLine($"{count,6} {fault}");
        }

        Console.WriteLine(
            $"{Faults} faults in {time.TotalSeconds:0} s, {Adoptions} adoptions, {BytesIn} bytes in, {BytesOut} bytes out, {Gaps} gaps ({GapBytes} bytes), "
            + $"{Doubled} bytes doubled of {InDoubt} in doubt, {Losses} losses, {processes} processes left, {descriptors} descriptors left");
    }
}
