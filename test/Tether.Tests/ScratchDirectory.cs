namespace Tether.Tests;

/// <summary>A directory of one test, for its owner only, which is gone with the test.</summary>
internal sealed class ScratchDirectory : IDisposable
{
    internal string FullName { get; } = Directory.CreateTempSubdirectory("tether-tests-").FullName;

    internal string this[string name] => Path.Combine(FullName, name);

    /// <summary>What is in the directory now.</summary>
    internal string[] Names => [.. Directory.EnumerateFileSystemEntries(FullName).Select(path => Path.GetFileName(path)!).Order()];

    public void Dispose() => Directory.Delete(FullName, recursive: true);
}
