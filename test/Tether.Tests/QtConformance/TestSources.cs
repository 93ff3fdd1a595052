using System.Text.RegularExpressions;

namespace Tether.Tests.QtConformance;

/// <summary>
/// The test methods of both test projects, as <c>Class.Method</c>, with their value of the trait Conformance. Read from the sources, as one
/// project's tests cannot load the other's.
/// </summary>
internal static partial class TestSources
{
    internal static ILookup<string, string?> Methods { get; } = Directory
        .EnumerateFiles(Path.Combine(ConformancePage.Root, "test"), "*Tests.cs", SearchOption.AllDirectories)
        .SelectMany(Read)
        .ToLookup(method => method.Name, method => method.Trait);

    /// <summary>The methods that a name of the page stands for: the method itself, or all that begin with it.</summary>
    internal static IEnumerable<IGrouping<string, string?>> Find(string name) =>
        Methods.Where(method => method.Key == name || method.Key.StartsWith(name + "_", StringComparison.Ordinal));

    private static IEnumerable<(string Name, string? Trait)> Read(string file)
    {
        string? type = null;
        string? typeTrait = null;
        string? trait = null;
        bool isTest = false;
        foreach (string line in File.ReadLines(file))
        {
            if (TraitPattern().Match(line) is { Success: true } traits)
                trait = traits.Groups[1].Value;

            isTest |= TestPattern().IsMatch(line);
            if (TypePattern().Match(line) is { Success: true } types)
            {
                (type, typeTrait, trait) = (types.Groups[1].Value, trait, null);
            }
            else if (MethodPattern().Match(line) is { Success: true } methods)
            {
                if (isTest && type is not null)
                    yield return ($"{type}.{methods.Groups[1].Value}", trait ?? typeTrait);

                (trait, isTest) = (null, false);
            }
        }
    }

    [GeneratedRegex("""^\s*\[Trait\("Conformance", "(\w+)"\)\]""")]
    private static partial Regex TraitPattern();

    [GeneratedRegex(@"^\s*\[(\w*Fact|\w*Theory)\b")]
    private static partial Regex TestPattern();

    [GeneratedRegex(@"^public [\w ]*class (\w+)")]
    private static partial Regex TypePattern();

    [GeneratedRegex(@"^    public (?:async )?(?:void|Task|ValueTask) (\w+)\(")]
    private static partial Regex MethodPattern();
}
