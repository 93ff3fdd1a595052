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

    /// <summary>Ends when the process has ended, or the wait was cancelled. The process's handle has to outlive it.</summary>
    internal static async Task WhenSignalledAsync(SafeHandle process, CancellationToken cancellationToken)
    {
        using WaitHandle handle = Of(process);
        using ManualResetEvent unregistered = new(false);
        TaskCompletionSource signalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        RegisteredWaitHandle wait = ThreadPool.RegisterWaitForSingleObject(
            handle, (_, _) => signalled.TrySetResult(), null, Timeout.Infinite, executeOnlyOnce: true);
        try
        {
            await signalled.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // The thread that waits must have let go of the handle before it is closed and its number is another thing's.
            wait.Unregister(unregistered);
            unregistered.WaitOne();
        }
    }
}
