namespace Tether.WineTests;

/// <summary>Has the tests run, or runs a class of them.</summary>
internal static class Program
{
    private static int Main(string[] arguments) => arguments switch
    {
        ["class", string type, string results, string filter] => new TestRun(type, new ResultFile(results), filter).Run(),
        [] => new Supervisor(filter: "").Run(),
        [string filter] => new Supervisor(filter).Run(),
        _ => throw new ArgumentException("Usage: tether-wine-tests [PART-OF-A-NAME]"),
    };
}
