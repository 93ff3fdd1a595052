using System.Globalization;

namespace Tether.Fuzz;

/// <summary>What a run is told. The same seed and workers send the same frames.</summary>
internal sealed record FuzzOptions
{
    internal long Frames { get; init; } = 10_000_000;

    internal int Seed { get; init; } = 20260102;

    /// <summary>Connections that send at once, half to each of the two keepers.</summary>
    internal int Workers { get; init; } = 4;

    /// <summary>How many connections the flood opens.</summary>
    internal int Flood { get; init; } = 10_000;

    internal static FuzzOptions Parse(string[] arguments)
    {
        FuzzOptions options = new();
        for (int i = 0; i + 1 < arguments.Length; i += 2)
        {
            long value = long.Parse(arguments[i + 1], NumberStyles.AllowThousands | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            options = arguments[i] switch
            {
                "--frames" => options with { Frames = value },
                "--seed" => options with { Seed = (int)value },
                "--workers" => options with { Workers = (int)value },
                "--flood" => options with { Flood = (int)value },
                var unknown => throw new ArgumentException($"There is no option '{unknown}': --frames N, --seed N, --workers N, --flood N."),
            };
        }

        return options;
    }
}
