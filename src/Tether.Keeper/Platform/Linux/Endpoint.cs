using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Tether.Platform.Linux;

namespace Tether.Keeper.Platform.Linux;

/// <summary>The keeper's listening socket: for the same user only, by its mode, by its directory, and by a look at each peer.</summary>
[SupportedOSPlatform("linux")]
internal sealed class Endpoint : IDisposable
{
    private const int Backlog = 128;
    private const uint OwnerOnly = 0x180; // 0600
    private const int PathCapacity = 108; // sun_path of unix(7), with its NUL

    private SafeFileHandle _reserve = Reserve();

    private Endpoint(SafeFileHandle socket, string path)
    {
        Socket = socket;
        Path = path;
    }

    internal SafeFileHandle Socket { get; private set; }

    /// <summary>Where clients connect to.</summary>
    internal string Path { get; set; }

    /// <summary>Listens at <paramref name="path"/>. <paramref name="finalPath"/> is what clients will have to be able to name.</summary>
    internal static Endpoint Bind(string path, string finalPath)
    {
        if (Encoding.UTF8.GetByteCount(finalPath) >= PathCapacity)
        {
            throw new IOException(
                $"The socket's path '{finalPath}' has {Encoding.UTF8.GetByteCount(finalPath)} bytes, and a socket's address holds {PathCapacity - 1}. Use a shorter name, or set TETHER_HOME to a shorter directory.",
                Errno.ENAMETOOLONG);
        }

        return new Endpoint(Listen(path), path);
    }

    /// <summary>Makes the socket's file again when a cleaner has taken it. What is connected stays connected. True when there is a new socket.</summary>
    internal bool RestoreFile()
    {
        if (File.Exists(Path))
        {
            return false;
        }

        SafeFileHandle restored = Listen(Path);
        Socket.Dispose();
        Socket = restored;
        return true;
    }

    /// <summary>The next connection of the same user; null when there is none, or when it was another user's and is closed.</summary>
    internal SafeFileHandle? Accept()
    {
        SafeFileHandle connection = Libc.Accept(Socket, 0, 0, Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK);
        if (connection.IsInvalid && Errno.Last() is Errno.EMFILE or Errno.ENFILE)
        {
            Shed();
        }

        if (!connection.IsInvalid && PeerUserId(connection) == Libc.GetEffectiveUserId())
        {
            return connection;
        }

        connection.Dispose();
        return null;
    }

    public void Dispose()
    {
        Socket.Dispose();
        _reserve.Dispose();
    }

    /// <summary>
    /// Out of descriptors: the waiting connection would wake the loop for ever. The one kept in reserve is given up for it, and it is closed.
    /// </summary>
    private void Shed()
    {
        _reserve.Dispose();
        Libc.Accept(Socket, 0, 0, Libc.SOCK_CLOEXEC).Dispose();
        _reserve = Reserve();
    }

    private static SafeFileHandle Reserve() => Libc.Open("/dev/null", Libc.O_RDONLY | Libc.O_CLOEXEC, 0);

    /// <summary>SO_PEERCRED of unix(7). Null, which equals no user, when the kernel does not say.</summary>
    private static unsafe uint? PeerUserId(SafeFileHandle connection)
    {
        uint* credentials = stackalloc uint[3]; // pid, uid, gid
        uint length = 3 * sizeof(uint);
        return Libc.GetSocketOption(connection, Libc.SOL_SOCKET, Libc.SO_PEERCRED, (byte*)credentials, &length) == 0 ? credentials[1] : null;
    }

    private static unsafe SafeFileHandle Listen(string path)
    {
        SafeFileHandle socket = Libc.Socket(Libc.AF_UNIX, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK, 0);
        if (socket.IsInvalid)
        {
            throw Errno.Failed("socket", path);
        }

        // The mode of the file is the socket's own at bind(2); later fchmod would not reach it.
        if (Libc.Fchmod(socket, OwnerOnly) != 0)
        {
            throw Errno.Failed("fchmod", path);
        }

        byte* address = stackalloc byte[2 + PathCapacity];
        new Span<byte>(address, 2 + PathCapacity).Clear();
        *(ushort*)address = Libc.AF_UNIX;
        Encoding.UTF8.GetBytes(System.IO.Path.GetFileName(path), new Span<byte>(address + 2, PathCapacity));
        // Bound by its bare name, so that only the path that clients use has to fit into an address. The keeper needs no working directory.
        if (Libc.Chdir(System.IO.Path.GetDirectoryName(path)!) != 0)
        {
            throw Errno.Failed("chdir", path);
        }

        int bound = Libc.Bind(socket, address, 2 + PathCapacity);
        int errno = Errno.Last();
        _ = Libc.Chdir("/");
        if (bound != 0)
        {
            throw Errno.Failed("bind", path, errno);
        }

        if (Libc.Chmod(path, OwnerOnly) != 0)
        {
            throw Errno.Failed("chmod", path);
        }

        return Libc.Listen(socket, Backlog) == 0 ? socket : throw Errno.Failed("listen", path);
    }
}
