using System.Globalization;

namespace Tether.TestLauncher.Matrix;

/// <summary>Threads that open and close descriptors without O_CLOEXEC all the time, while others start programs.</summary>
internal sealed unsafe class Churn
{
    private const int Threads = 4;
    private const int O_DIRECTORY = 0x10000;

    private readonly string _directory;
    private readonly string _memory = $"tether-churn-{Guid.NewGuid():N}";
    private readonly Thread[] _threads;
    private long _opened;
    private volatile bool _isOver;

    internal Churn(string directory)
    {
        _directory = Directory.CreateDirectory(Path.Combine(directory, "churned")).FullName;
        _threads = [.. Enumerable.Range(0, Threads).Select(number => new Thread(() => Run(number)))];
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <summary>Ends the threads, which close what they have, and returns the row for all that they had.</summary>
    internal Holding Stop()
    {
        _isOver = true;
        Array.ForEach(_threads, thread => thread.Join());
        Func<bool> files = HolderSearch.ByLink(_directory);
        Func<bool> memory = HolderSearch.ByLink("/memfd:" + _memory);
        string kind = string.Create(CultureInfo.InvariantCulture, $"{_opened} opened and closed meanwhile");
        return new Holding(kind, "any", "no process has one (/proc/PID/fd)", -1, () => files() && memory());
    }

    private void Run(int number)
    {
        string file = Path.Combine(_directory, number.ToString(CultureInfo.InvariantCulture));
        File.WriteAllBytes(file, []);
        int* ends = stackalloc int[2];
        while (!_isOver)
        {
            Native.Check(Libc.Pipe(ends), "pipe");
            int[] opened =
            [
                ends[0],
                ends[1],
                Native.Open(file, 0, 0),
                Native.Open(_directory, O_DIRECTORY, 0),
                Libc.MemoryDescriptor(_memory, 0),
                Libc.EventDescriptor(0, 0),
                Libc.Socket(Libc.AF_UNIX, Libc.SOCK_STREAM, 0),
            ];
            foreach (int descriptor in opened)
            {
                Native.Check(Native.Close(Native.Check(descriptor, "open")), "close");
            }

            Interlocked.Add(ref _opened, opened.Length);
        }
    }
}
