using System.Net.Sockets;
using Tether.Platform.Linux;

namespace Tether.Platform;

/// <summary>Chooses the platform's way to listen and to connect.</summary>
internal static class LocalTransport
{
    internal static LocalListener Listen(LocalServerOptions options) =>
        OperatingSystem.IsLinux() ? UnixListener.Listen(options) : throw Unsupported();

    internal static LocalListener Listen(SafeSocketHandle socket, LocalServerAccess access, Action<PeerCredentials>? peerRefused) =>
        OperatingSystem.IsLinux() ? UnixListener.Listen(socket, access, peerRefused) : throw Unsupported();

    internal static void RemoveName(string name, LocalNamespace space)
    {
        if (!OperatingSystem.IsLinux())
            throw Unsupported();

        UnixListener.Remove(name, space);
    }

    internal static LocalConnection Adopt(SafeSocketHandle socket) =>
        OperatingSystem.IsLinux() ? new UnixConnection(UnixDescriptor.TakeOver(socket)) : throw Unsupported();

    internal static LocalConnection Connect(LocalSocketOptions options) =>
        OperatingSystem.IsLinux() ? UnixConnector.Connect(options) : throw Unsupported();

    internal static ValueTask<LocalConnection> ConnectAsync(LocalSocketOptions options, CancellationToken cancellationToken) =>
        OperatingSystem.IsLinux() ? UnixConnector.ConnectAsync(options, cancellationToken) : throw Unsupported();

    private static PlatformNotSupportedException Unsupported() => new("Local sockets are implemented on Linux only so far.");
}
