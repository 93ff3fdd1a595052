using System.Text;

namespace Tether.WineTests;

/// <summary>
/// What became of each test, a line each as it happens: a process that hangs or crashes leaves behind which test that was, and the next
/// one goes on behind it.
/// </summary>
internal sealed class ResultFile(string path)
{
    private const string Started = "started";
    private const string Passed = "passed";
    private const string Failed = "failed";

    internal string Path => path;

    internal void WriteStarted(string test) => Write(Started, test);

    internal void WritePassed(string test) => Write(Passed, test);

    internal void WriteFailed(string test) => Write(Failed, test);

    internal int CountPassed() => Lines().Count(line => line.What == Passed);

    internal int CountFailed() => Lines().Count(line => line.What == Failed);

    internal HashSet<string> Finished() => [.. Lines().Where(line => line.What != Started).Select(line => line.Test)];

    /// <summary>The test that was begun and has not ended.</summary>
    internal string? Running() => Lines() is [.., { What: Started } last] ? last.Test : null;

    internal int CountLines() => Lines().Count;

    private void Write(string what, string test)
    {
        using FileStream file = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        file.Write(Encoding.UTF8.GetBytes($"{what} {test.ReplaceLineEndings(" ")}\n"));
    }

    private List<(string What, string Test)> Lines()
    {
        if (!File.Exists(path))
            return [];

        using StreamReader reader = new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => (line[..line.IndexOf(' ')], line[(line.IndexOf(' ') + 1)..]))];
    }
}
