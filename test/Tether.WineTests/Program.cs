namespace Tether.WineTests;

/// <summary>Runs the tests of this assembly in this process, or is one of the small programs that they start.</summary>
internal static class Program
{
    private static int Main(string[] arguments) => arguments switch
    {
        ["child", string behaviour, .. string[] rest] => Child.Run(behaviour, rest),
        [] => new TestRun(filter: "").Run(),
        [string filter] => new TestRun(filter).Run(),
        _ => throw new ArgumentException("Usage: tether-wine-tests [PART-OF-A-NAME]"),
    };
}
