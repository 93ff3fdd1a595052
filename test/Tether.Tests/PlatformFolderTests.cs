using System.Text.RegularExpressions;
using Tether.Tests.QtConformance;

namespace Tether.Tests;

/// <summary>What calls an operating system is in the folders named Platform, and nothing is compiled for one system only.</summary>
public sealed partial class PlatformFolderTests
{
    private static readonly string s_source = Path.Combine(ConformancePage.Root, "src");

    private static readonly (string Name, string[] Lines)[] s_files =
        [.. Directory.EnumerateFiles(s_source, "*.cs", SearchOption.AllDirectories).Select(file => (Path.GetRelativePath(s_source, file), File.ReadAllLines(file)))];

    /// <summary>The classes that declare the system's functions, such as Libc and Kernel32.</summary>
    private static readonly string[] s_declaring =
        [.. s_files.Where(file => file.Lines.Any(DeclaresFunction)).Select(file => Path.GetFileName(file.Name).Split('.')[0]).Distinct()];

    [Fact]
    public void Functions_OfTheSystem_AreDeclaredAndCalledUnderPlatformOnly()
    {
        Assert.Contains("Libc", s_declaring);
        Assert.Contains("Kernel32", s_declaring);
        Regex call = new($@"\b({string.Join('|', s_declaring)})\.");

        Assert.Empty(Elsewhere(line => DeclaresFunction(line) || call.IsMatch(line)));
    }

    /// <summary>But for the points where a test's own keeper fails (FaultPoint.cs), which the shipped one has not.</summary>
    [Fact]
    public void Conditional_Compilation_IsNotThereForASystem() =>
        Assert.Empty(Found(s_files, line => ConditionPattern().IsMatch(line) && !line.EndsWith(" TETHER_FAULTS", StringComparison.Ordinal)));

    private static string[] Elsewhere(Func<string, bool> isWanted) =>
        Found(s_files.Where(file => !file.Name.Split(Path.DirectorySeparatorChar).Contains("Platform")), isWanted);

    private static string[] Found(IEnumerable<(string Name, string[] Lines)> files, Func<string, bool> isWanted) =>
        [.. files.SelectMany(file => file.Lines.Where(isWanted).Select(line => $"{file.Name}: {line.Trim()}"))];

    private static bool DeclaresFunction(string line) => DeclarationPattern().IsMatch(line);

    [GeneratedRegex(@"^\s*\[(LibraryImport|DllImport)\(")]
    private static partial Regex DeclarationPattern();

    [GeneratedRegex(@"^\s*#(el)?if\b")]
    private static partial Regex ConditionPattern();
}
