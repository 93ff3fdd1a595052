using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Platform.Linux;

namespace Tether.Cli.Platform.Linux;

/// <summary>Descriptors that the caller's shell gave to this process.</summary>
[SupportedOSPlatform("linux")]
internal static class PassedDescriptors
{
    /// <exception cref="ArgumentException">There is none of that number.</exception>
    internal static SafeHandle Open(int number)
    {
        SafeFileHandle handle = new(number, ownsHandle: false);
        // What came through exec(3) has no close-on-exec flag; whatever this process opened by itself since has one.
        int flags = Libc.Fcntl(handle, Libc.F_GETFD, 0);
        return flags >= 0 && (flags & Libc.FD_CLOEXEC) == 0
            ? handle
            : throw new ArgumentException(
                $"This command was given no descriptor {number} that could be passed on. "
                + $"In a shell, '{number}< FILE' behind the command opens one.");
    }
}
