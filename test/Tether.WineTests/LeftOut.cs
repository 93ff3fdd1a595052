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

    internal bool Has(string type, string method) => _reasons.ContainsKey(type) || _reasons.ContainsKey($"{type}.{method}");
}
