namespace Tether.EndToEnd.Tests.Streams;

/// <summary>A directory for the files of a test.</summary>
internal sealed class ScratchDirectory : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("tether-files-").FullName;

    internal string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Makes a file and returns its path.</summary>
    internal string Make(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
