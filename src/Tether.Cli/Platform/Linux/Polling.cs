using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Tether.Platform.Linux;

namespace Tether.Cli.Platform.Linux;

/// <summary>poll(2) of one descriptor.</summary>
[SupportedOSPlatform("linux")]
internal static partial class Polling
{
    internal const short Readable = 0x001;
    internal const short Writable = 0x004;
    internal const short Error = 0x008;
    internal const short HangUp = 0x010;

    /// <summary>Waits until the descriptor is ready, without bound, and returns for what. Errors and hang-ups are reported unasked.</summary>
    internal static unsafe short Wait(int descriptor, short readiness)
    {
        Entry entry = new() { Descriptor = descriptor, Events = readiness };
        while (Poll(&entry, 1, -1) < 0)
        {
            int errno = Errno.Last();
            if (errno != Errno.EINTR)
            {
                throw Errno.Failed("poll", $"descriptor {descriptor}", errno);
            }
        }

        return entry.Returned;
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static unsafe partial int Poll(Entry* entries, nuint count, int timeoutMilliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        internal int Descriptor;
        internal short Events;
        internal short Returned;
    }
}
