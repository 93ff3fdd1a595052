using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Platform.Linux;

namespace Tether.Cli.Platform.Linux;

/// <summary>Descriptors 0, 1 and 2.</summary>
[SupportedOSPlatform("linux")]
internal static class StandardDescriptors
{
    /// <summary>
    /// Opens /dev/null for each that is closed, else the next file or socket would get its number and be written to. Opened for reading
    /// alone, so that a write to a stream that the caller closed still fails.
    /// </summary>
    internal static void Secure()
    {
        for (int descriptor = 0; descriptor <= 2; descriptor++)
        {
            using SafeFileHandle standard = new(descriptor, ownsHandle: false);
            if (Libc.Fcntl(standard, Libc.F_GETFL, 0) < 0 && Errno.Last() == Errno.EBADF)
            {
                // The lowest free number is this one. It stays open to the end of the process.
                SafeFileHandle nothing = Libc.Open("/dev/null", Libc.O_RDONLY, 0);
                if (nothing.IsInvalid)
                {
                    throw Errno.Failed("open", "/dev/null");
                }

                nothing.SetHandleAsInvalid();
            }
        }
    }

    /// <summary>A thread that sleeps in the kernel until the reader of stdout is gone; a file or a terminal never tells.</summary>
    internal static void WatchOutputReader(Action onGone)
    {
        Thread watch = new(() =>
        {
            if ((Polling.Wait(1, 0) & (Polling.Error | Polling.HangUp)) != 0)
            {
                onGone();
            }
        })
        { IsBackground = true, Name = "stdout's reader" };
        watch.Start();
    }
}
