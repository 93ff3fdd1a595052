using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Tether.Platform.Windows;

namespace Tether.Keeper.Platform.Windows;

/// <summary>Posts to the keeper's port when a process has ended.</summary>
[SupportedOSPlatform("windows")]
internal sealed class ProcessWatch : IDisposable
{
    private readonly SafeHandle _process;
    private readonly WaitHandle _ended;
    private readonly RegisteredWaitHandle _wait;

    /// <param name="process">The process.</param>
    /// <param name="port">The keeper's port.</param>
    /// <param name="key">What is posted there.</param>
    internal ProcessWatch(SafeHandle process, CompletionPort port, nuint key)
    {
        _process = process;
        _ended = WaitHandles.Of(process);
        _wait = ThreadPool.RegisterWaitForSingleObject(_ended, (_, _) => port.Post(key), null, Timeout.Infinite, executeOnlyOnce: true);
    }

    public void Dispose()
    {
        _wait.Unregister(null);
        _ended.Dispose();
        GC.KeepAlive(_process);
    }
}
