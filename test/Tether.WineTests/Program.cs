namespace Tether.WineTests;

/// <summary>Has the tests run, or runs some classes of them.</summary>
internal static class Program
{
    private static int Main(string[] arguments) => arguments switch
    {
        ["classes", string types, string results, string filter] => new TestRun(types.Split(';'), new ResultFile(results), filter).Run(),
        [] => new Supervisor(filter: "").Run(),
        [string filter] => new Supervisor(filter).Run(),
        _ => throw new ArgumentException("Usage: tether-wine-tests [PART-OF-A-NAME]"),
    };
}
