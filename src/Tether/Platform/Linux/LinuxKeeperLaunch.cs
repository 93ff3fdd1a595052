using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Tether.Launching;
using SafeHandle = System.Runtime.InteropServices.SafeHandle;

namespace Tether.Platform.Linux;

/// <summary>A keeper's first copy as a child of this process, with one end of a socket pair and nothing else.</summary>
[SupportedOSPlatform("linux")]
internal sealed class LinuxKeeperLaunch : KeeperLaunch
{
    private readonly int _pid;

    private readonly KeeperSocket _socket;

    private LinuxKeeperLaunch(int pid, KeeperSocket socket)
    {
        _pid = pid;
        _socket = socket;
    }

    internal override Stream Connection => _socket;

    /// <exception cref="ProcessStartException">The keeper cannot be started; the exception's program is the keeper.</exception>
    internal static unsafe LinuxKeeperLaunch Start(string keeperPath, string name)
    {
        EnsureDescriptors(keeperPath);
        int* pair = stackalloc int[2];
        if (Libc.SocketPair(Libc.AF_UNIX, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0, pair) != 0)
        {
            int errno = Errno.Last();
            throw new ProcessStartException(keeperPath, StartFailure.OutOfResources, errno, $"socketpair failed: {Errno.Text(errno)} (errno {errno}).");
        }

        using SafeFileHandle keepersEnd = new(pair[1], ownsHandle: true);
        KeeperSocket connection = new(new SafeFileHandle(pair[0], ownsHandle: true));
        PosixSpawn keeper = new()
        {
            Path = ByteString.Encode(keeperPath, "The keeper's path"),
            Arguments = ["tether-keeper"u8.ToArray(), "fork"u8.ToArray(), Encoding.UTF8.GetBytes(name)],
            Environment = [.. RuntimeEnvironment.Variables()],
            // A working directory would keep a file system busy as a descriptor would.
            WorkingDirectory = "/"u8.ToArray(),
            Descriptors = [null, null, null, keepersEnd],
            BlockedSignals = KeeperSignals.Blocked,
        };
        int error = keeper.Start(out int pid);
        if (error == 0)
        {
            return new LinuxKeeperLaunch(pid, connection);
        }

        connection.Dispose();
        StartFailure reason = error is Errno.ENOENT or Errno.EACCES or Errno.ENOEXEC or Errno.ENOTDIR or Errno.ETXTBSY
            ? StartFailure.KeeperNotFound
            : StartFailure.OutOfResources;
        throw new ProcessStartException(keeperPath, reason, error, $"The keeper '{keeperPath}' cannot be started: {Errno.Text(error)} (errno {error}).");
    }

    /// <summary>
    /// A start that runs out of descriptors after its program runs could neither take it back nor hand it over, so it is known before that
    /// there are enough.
    /// </summary>
    private static unsafe void EnsureDescriptors(string keeperPath)
    {
        const int needed = 8; // the socket pair, the reactor's, the journal's four files, one that waits
        int* descriptors = stackalloc int[needed];
        int opened = 0;
        int errno = 0;
        using (SafeFileHandle first = Libc.Open("/", Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0))
        {
            errno = first.IsInvalid ? Errno.Last() : 0;
            while (errno == 0 && opened < needed - 1)
            {
                descriptors[opened] = Libc.Fcntl(first, Libc.F_DUPFD_CLOEXEC, 0);
                errno = descriptors[opened] < 0 ? Errno.Last() : 0;
                opened += errno == 0 ? 1 : 0;
            }
        }

        while (opened > 0)
        {
            new SafeFileHandle(descriptors[--opened], ownsHandle: true).Dispose();
        }

        if (errno != 0)
        {
            throw new ProcessStartException(
                keeperPath, StartFailure.OutOfResources, errno, $"{Errno.Text(errno)} (errno {errno}): a start needs {needed} free descriptors. Close some, or raise the limit (ulimit -n).");
        }
    }

    /// <summary>The descriptors go with the first byte: it is the first that the socket carries, so there is room and nothing to wait for.</summary>
    internal override async ValueTask SendAsync(byte[] request, IReadOnlyList<SafeHandle> handles, CancellationToken cancellationToken)
    {
        int sent = 0;
        if (handles.Count > 0)
        {
            int errno = DescriptorPassing.Send(_socket.Handle, request[0], handles);
            sent = errno switch
            {
                0 => 1,
                Errno.EPIPE or Errno.ECONNRESET => throw Errno.Failed("sendmsg", "the keeper", errno),
                _ => throw new ProcessStartException("", StartFailure.RedirectionFailed, errno, $"its descriptors cannot be passed on: {Errno.Text(errno)} (errno {errno})."),
            };
        }

        await Connection.WriteAsync(request.AsMemory(sent), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Its own PID only, never another's child. It starts the second copy and exits, so this waits no longer than an exit takes. Where
    /// SIGCHLD is ignored, or the application waits for every child by itself, it is gone already (ECHILD), which is as good.
    /// </summary>
    internal override unsafe string ReapFirstCopy()
    {
        Libc.ChildStatus status = default;
        while (Libc.WaitId(Libc.P_PID, _pid, &status, Libc.WEXITED) != 0)
        {
            if (Errno.Last() != Errno.EINTR)
            {
                return "it ended";
            }
        }

        return status.Code == Libc.CLD_EXITED ? $"it exited with code {status.Status}" : $"signal {Signals.NameOf(status.Status)} ended it";
    }

    public override void Dispose() => Connection.Dispose();
}
