using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary>What errno means for a local socket.</summary>
[SupportedOSPlatform("linux")]
internal static class UnixErrors
{
    private const int EPROTOTYPE = 91;
    private const int ENOBUFS = 105;
    private const int ENOTCONN = 107;

    internal static LocalSocketError Classify(int errno) => errno switch
    {
        Errno.ENOENT or Errno.ENOTDIR => LocalSocketError.ServerNotFound,
        Errno.ECONNREFUSED => LocalSocketError.ConnectionRefused,
        Errno.EPERM or Errno.EACCES or Errno.ELOOP => LocalSocketError.AccessDenied,
        Errno.EPIPE or Errno.ECONNRESET or ENOTCONN => LocalSocketError.PeerClosed,
        Errno.EMFILE or Errno.ENFILE or Errno.ENOMEM or Errno.ENOSPC or Errno.EDQUOT or ENOBUFS => LocalSocketError.ResourceExhausted,
        Errno.EADDRINUSE => LocalSocketError.NameInUse,
        Errno.ENAMETOOLONG => LocalSocketError.NameTooLong,
        Errno.EAGAIN => LocalSocketError.TimedOut,
        EPROTOTYPE or Errno.EOPNOTSUPP or Errno.ENOSYS => LocalSocketError.NotSupported,
        _ => LocalSocketError.Unknown,
    };

    /// <summary>An error that names the operation, the address and the reason.</summary>
    internal static LocalSocketException Failed(string operation, string on, int errno) =>
        new(Classify(errno), $"{operation} '{on}' failed: {Errno.Text(errno)} (errno {errno}).", Errno.Failed(operation, on, errno));
}
