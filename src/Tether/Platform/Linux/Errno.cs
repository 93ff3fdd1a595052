using System.Runtime.InteropServices;

namespace Tether.Platform.Linux;

/// <summary>Error numbers of errno(3) that x86-64 and arm64 share, and their texts.</summary>
internal static class Errno
{
    internal const int EPERM = 1;
    internal const int ENOENT = 2;
    internal const int ESRCH = 3;
    internal const int EINTR = 4;
    internal const int EIO = 5;
    internal const int ENXIO = 6;
    internal const int E2BIG = 7;
    internal const int ENOEXEC = 8;
    internal const int EBADF = 9;
    internal const int ECHILD = 10;
    internal const int EAGAIN = 11;
    internal const int ENOMEM = 12;
    internal const int EACCES = 13;
    internal const int EFAULT = 14;
    internal const int EBUSY = 16;
    internal const int EEXIST = 17;
    internal const int ENOTDIR = 20;
    internal const int EISDIR = 21;
    internal const int EINVAL = 22;
    internal const int ENFILE = 23;
    internal const int EMFILE = 24;
    internal const int ETXTBSY = 26;
    internal const int EFBIG = 27;
    internal const int ENOSPC = 28;
    internal const int EPIPE = 32;
    internal const int ENAMETOOLONG = 36;
    internal const int ENOSYS = 38;
    internal const int ENOTEMPTY = 39;
    internal const int ELOOP = 40;
    internal const int EADDRINUSE = 98;
    internal const int EOPNOTSUPP = 95;
    internal const int ECONNRESET = 104;
    internal const int ECONNREFUSED = 111;
    internal const int EDQUOT = 122;

    /// <summary>Takes errno of the call just made.</summary>
    internal static int Last() => Marshal.GetLastPInvokeError();

    /// <summary>The text of strerror(3).</summary>
    internal static string Text(int errno) => Marshal.GetPInvokeErrorMessage(errno);

    /// <summary>An I/O error that names the operation, its object and the reason. Call it right after the native call.</summary>
    internal static IOException Failed(string operation, string on) => Failed(operation, on, Last());

    internal static IOException Failed(string operation, string on, int errno) =>
        new($"{operation} of '{on}' failed: {Text(errno)} (errno {errno}).", errno);
}
