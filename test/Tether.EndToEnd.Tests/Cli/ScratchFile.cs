namespace Tether.EndToEnd.Tests.Cli;

/// <summary>A file of a test's own.</summary>
internal sealed class ScratchFile : IDisposable
{
    internal ScratchFile(string text) => File.WriteAllText(Path, text);

    internal string Path { get; } = System.IO.Path.GetTempFileName();

    public void Dispose() => File.Delete(Path);
}
