using Xunit.Abstractions;

namespace Tether.WineTests;

/// <summary>
/// The tests of the shared source that are not run here, one a line as "Class.Method reason".
/// </summary>
internal sealed class LeftOut
{
    private readonly Dictionary<string, string> _reasons = [];

    internal int Count => _reasons.Count;

    internal static LeftOut Read()
    {
        LeftOut list = new();
        using StreamReader file = new(typeof(LeftOut).Assembly.GetManifestResourceStream("not-on-windows.txt")!);
        while (file.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
                list._reasons.Add(line[..line.IndexOf(' ')], line[line.IndexOf(' ')..].Trim());
        }

        return list;
    }

    internal bool Has(ITestCase test) =>
        _reasons.ContainsKey($"{test.TestMethod.TestClass.Class.Name.Split('.')[^1]}.{test.TestMethod.Method.Name}");
}
