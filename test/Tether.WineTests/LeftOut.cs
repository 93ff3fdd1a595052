using System.Runtime.InteropServices;

namespace Tether.WineTests;

/// <summary>
/// The tests that are not run here, one a line as "Class.Method reason" or "Class reason". A reason that begins with "Wine:" holds under Wine
/// only.
/// </summary>
internal sealed class LeftOut
{
    private readonly Dictionary<string, string> _reasons = [];

    /// <summary>Its ntdll.dll says so by a function that Windows does not have.</summary>
    private static bool IsWine { get; } =
        NativeLibrary.TryGetExport(NativeLibrary.Load("ntdll.dll"), "wine_get_version", out _);

    internal int Count => _reasons.Count;

    internal static LeftOut Read()
    {
        LeftOut list = new();
        using StreamReader file = new(typeof(LeftOut).Assembly.GetManifestResourceStream("not-on-windows.txt")!);
        while (file.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
                continue;

            string reason = line[line.IndexOf(' ')..].Trim();
            if (IsWine || !reason.StartsWith("Wine:", StringComparison.Ordinal))
                list._reasons.Add(line[..line.IndexOf(' ')], reason);
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
