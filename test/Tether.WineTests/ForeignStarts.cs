using System.Diagnostics;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.WineTests;

/// <summary>
/// Threads of somebody else's in this process, which start programs as .NET does: all that is inheritable goes along. What they have
/// started lives until it is ended here.
/// </summary>
internal sealed class ForeignStarts : IDisposable
{
    private readonly List<Process> _started = [];
    private readonly List<Thread> _threads = [];

    /// <param name="threads">How many threads; each starts a program.</param>
    internal ForeignStarts(int threads)
    {
        for (int i = 0; i < threads; i++)
        {
            Thread thread = new(() =>
            {
                Process process = Start();
                lock (_started)
                    _started.Add(process);
            });
            _threads.Add(thread);
            thread.Start();
        }
    }

    public void Dispose()
    {
        _threads.ForEach(thread => thread.Join());
        foreach (Process process in _started)
        {
            process.Kill();
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
