namespace Tether.WineTests;

/// <summary>
/// The tests of the shared source that are not run here, one a line as "Class.Method reason" or "Class reason".
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

    /// <summary>Whether the list has the test; it may leave out the first parts of the class's full name.</summary>
    internal bool Has(string type, string method)
    {
        for (string name = type; ; name = name[(name.IndexOf('.') + 1)..])
        {
            if (_reasons.ContainsKey(name) || _reasons.ContainsKey($"{name}.{method}"))
                return true;

            if (!name.Contains('.'))
                return false;
        }
    }
}
