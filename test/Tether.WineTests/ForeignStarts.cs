using System.Diagnostics;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.WineTests;

/// <summary>
/// Threads of somebody else's in this process, which start one program after the other as .NET does: all that is inheritable goes along. What
/// they have started lives until it is ended here.
/// </summary>
internal sealed class ForeignStarts : IDisposable
{
    private readonly List<Process> _started = [];
    private readonly List<Thread> _threads = [];
    private int _begun;
    private volatile bool _isOver;

    /// <param name="threads">How many threads.</param>
    internal ForeignStarts(int threads)
    {
        for (int i = 0; i < threads; i++)
        {
            Thread thread = new(() =>
            {
                while (!_isOver)
                {
                    Interlocked.Increment(ref _begun);
                    Process process = Start();
                    lock (_started)
                        _started.Add(process);
                }
            });
            _threads.Add(thread);
            thread.Start();
        }
    }

    /// <summary>How many starts have begun.</summary>
    internal int Begun => Volatile.Read(ref _begun);

    public void Dispose()
    {
        _isOver = true;
        _threads.ForEach(thread => thread.Join());
        _started.ForEach(process => process.Kill());
        foreach (Process process in _started)
        {
            process.WaitForExit();
            process.Dispose();
        }
    }

    /// <summary>It reads its standard input, and so waits.</summary>
    private static Process Start() => PlainStart.Of(new ProcessStartInfo("cat")
    {
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    });
}
