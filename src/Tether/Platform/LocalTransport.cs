using System.Net.Sockets;
using Tether.Platform.Linux;
using Tether.Platform.Windows;

namespace Tether.Platform;

/// <summary>Chooses the platform's way to listen and to connect.</summary>
internal static class LocalTransport
{
    internal static LocalListener Listen(LocalServerOptions options) =>
        OperatingSystem.IsLinux() ? UnixListener.Listen(options)
        : OperatingSystem.IsWindows() ? PipeListener.Listen(options)
        : throw Unsupported();

    internal static LocalListener Listen(SafeSocketHandle socket, LocalServerAccess access, Action<PeerCredentials>? peerRefused) =>
        OperatingSystem.IsLinux() ? UnixListener.Listen(socket, access, peerRefused) : throw Unsupported();

    internal static void RemoveName(string name, LocalNamespace space)
    {
        if (OperatingSystem.IsLinux())
            UnixListener.Remove(name, space);
        else if (OperatingSystem.IsWindows())
            PipeListener.Remove(name);
        else
            throw Unsupported();
    }

    internal static LocalConnection Adopt(SafeSocketHandle socket) =>
        OperatingSystem.IsLinux() ? new UnixConnection(UnixDescriptor.TakeOver(socket)) : throw Unsupported();

    internal static LocalConnection Connect(LocalSocketOptions options) =>
        OperatingSystem.IsLinux() ? UnixConnector.Connect(options)
        : OperatingSystem.IsWindows() ? PipeConnector.Connect(options)
        : throw Unsupported();

    internal static ValueTask<LocalConnection> ConnectAsync(LocalSocketOptions options, CancellationToken cancellationToken) =>
        OperatingSystem.IsLinux() ? UnixConnector.ConnectAsync(options, cancellationToken)
        : OperatingSystem.IsWindows() ? PipeConnector.ConnectAsync(options, cancellationToken)
        : throw Unsupported();

    private static PlatformNotSupportedException Unsupported() => new("This is implemented on Linux only so far; listening on and connecting to a name also on Windows.");
}
