using System.Diagnostics;

namespace Tether.WineTests;

/// <summary>
/// Threads of somebody else's in this process, which start programs as .NET does: all that is inheritable goes along. What they have
/// started lives until it is ended here.
/// </summary>
internal sealed class ForeignStarts : IDisposable
{
    private readonly List<Process> _started = [];
    private readonly List<Thread> _threads = [];
    private volatile bool _isEnding;

    /// <param name="threads">How many threads.</param>
    /// <param name="perThread">How many programs each of them has at most.</param>
    internal ForeignStarts(int threads, int perThread)
    {
        for (int i = 0; i < threads; i++)
        {
            Thread thread = new(() =>
            {
                for (int started = 0; started < perThread && !_isEnding; started++)
                {
                    Process process = Start();
                    lock (_started)
                        _started.Add(process);
                }
            });
            _threads.Add(thread);
            thread.Start();
        }
    }

    internal int Count
    {
        get
        {
            lock (_started)
                return _started.Count;
        }
    }

    public void Dispose()
    {
        _isEnding = true;
        _threads.ForEach(thread => thread.Join());
        foreach (Process process in _started)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }

    /// <summary>It reads its standard input, and so waits.</summary>
    private static Process Start() => Process.Start(new ProcessStartInfo(Path.Combine(Environment.SystemDirectory, "cmd.exe"), "/q /k")
    {
        UseShellExecute = false,
        CreateNoWindow = true,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;
}
