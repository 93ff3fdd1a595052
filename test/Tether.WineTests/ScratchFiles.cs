namespace Tether.WineTests;

/// <summary>A directory of its own for a test.</summary>
internal sealed class ScratchFiles : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tether wine ");

    internal string this[string name] => Path.Combine(_directory.FullName, name);

    /// <summary>A file that only one may have open, and whose handle any process would inherit that inherits at all.</summary>
    internal FileStream OpenInheritable(string name) =>
        new(this[name], FileMode.Create, FileAccess.ReadWrite, FileShare.None | FileShare.Inheritable);

    /// <summary>Whether nobody has the file open.</summary>
    internal bool IsFree(string name)
    {
        try
        {
            File.Open(this[name], FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
            return true;
        }
        catch (IOException error) when ((error.HResult & 0xFFFF) == WindowsSharingViolation)
        {
            return false;
        }
    }

    /// <summary>Waits until nobody has the file open: Wine closes the handles of a process only after it has told its end.</summary>
    internal bool BecomesFree(string name) => SpinWait.SpinUntil(() => IsFree(name), Specification.Limit);

    private const int WindowsSharingViolation = 32;

    public void Dispose() => _directory.Delete(recursive: true);
}
