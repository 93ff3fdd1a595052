using System.Globalization;

namespace Tether.Chaos;

/// <summary><c>[--faults=1000] [--programs=6] [--seed=…]</c></summary>
internal sealed record ChaosOptions(int Faults, int Programs, int Seed)
{
    internal static ChaosOptions Parse(string[] arguments)
    {
        ChaosOptions options = new(1000, 6, Environment.TickCount & 0xFFFFFF);
        foreach (string argument in arguments)
        {
            string[] parts = argument.Split('=', 2);
            int value = int.Parse(parts[^1], CultureInfo.InvariantCulture);
            options = parts[0] switch
            {
                "--faults" => options with { Faults = value },
                "--programs" => options with { Programs = value },
                "--seed" => options with { Seed = value },
                _ => throw new ArgumentException($"'{argument}' is not known: [--faults=N] [--programs=N] [--seed=N]"),
            };
        }

        return options;
    }
}
