using System.Globalization;

namespace Tether.WineTests;

/// <summary>Has the tests run, runs a part of them, or is one of the small programs that they start.</summary>
internal static class Program
{
    private static int Main(string[] arguments) => arguments switch
    {
        ["child", string behaviour, .. string[] rest] => Child.Run(behaviour, rest),
        ["part", string results, string part, string parts, string filter] => new TestRun(
            new ResultFile(results), int.Parse(part, CultureInfo.InvariantCulture), int.Parse(parts, CultureInfo.InvariantCulture), filter).Run(),
        [] => new Supervisor(filter: "").Run(),
        [string filter] => new Supervisor(filter).Run(),
        _ => throw new ArgumentException("Usage: tether-wine-tests [PART-OF-A-NAME]"),
    };
}
