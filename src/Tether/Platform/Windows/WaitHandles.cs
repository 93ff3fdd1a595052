using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Windows;

/// <summary>Waiting for things of the kernel without a thread of one's own.</summary>
[SupportedOSPlatform("windows")]
internal static class WaitHandles
{
    /// <summary>Something to wait for by the handle of a process. The process's handle has to outlive it.</summary>
    internal static WaitHandle Of(SafeHandle process) =>
        new ManualResetEvent(false) { SafeWaitHandle = new SafeWaitHandle(process.DangerousGetHandle(), ownsHandle: false) };

    /// <summary>The index of the first one that is signalled.</summary>
    internal static async Task<int> WhenAnyAsync(IReadOnlyList<WaitHandle> handles, CancellationToken cancellationToken)
    {
        TaskCompletionSource<int> signalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<RegisteredWaitHandle> waits = [];
        try
        {
            for (int i = 0; i < handles.Count; i++)
            {
                int index = i;
                waits.Add(ThreadPool.RegisterWaitForSingleObject(
                    handles[i], (_, _) => signalled.TrySetResult(index), null, Timeout.Infinite, executeOnlyOnce: true));
            }

            return await signalled.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            waits.ForEach(wait => wait.Unregister(null));
        }
    }
}
