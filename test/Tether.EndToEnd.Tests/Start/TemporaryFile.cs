namespace Tether.EndToEnd.Tests.Start;

/// <summary>A file of one test, which is gone with the test.</summary>
internal sealed class TemporaryFile : IDisposable
{
    internal string Path { get; } = System.IO.Path.GetTempFileName();

    /// <summary>Whether somebody holds flock(2) on it, which .NET takes for a file that it does not share.</summary>
    internal bool IsLocked
    {
        get
        {
            try
            {
                using FileStream exclusive = new(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                return false;
            }
            catch (IOException)
            {
                return true;
            }
        }
    }

    public void Dispose() => File.Delete(Path);
}
