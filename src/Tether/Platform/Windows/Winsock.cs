using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Tether.Platform.Windows;

/// <summary>What a socket of this process is.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class Winsock
{
    private const int AF_UNIX = 1;
    private const int AF_INET = 2;
    private const int AF_INET6 = 23;
    private const int SOL_SOCKET = 0xFFFF;
    private const int SO_ACCEPTCONN = 2;
    private const int SO_TYPE = 0x1008;
    private const int SOCK_STREAM = 1;
    private const int SOCK_DGRAM = 2;
    private const int AddressLength = 128;

    private delegate int Asking(byte* address, int* length);

    /// <summary>Null when that cannot be told.</summary>
    internal static NetworkSocket? Find(nint socket)
    {
        if (Option(socket, SO_TYPE) is not { } type)
            return null;

        byte[]? local = Ask((address, length) => getsockname(socket, address, length));
        byte[]? remote = Ask((address, length) => getpeername(socket, address, length));
        DescriptorKind kind = (type, local is null ? 0 : BitConverter.ToUInt16(local)) switch
        {
            (_, AF_UNIX) => DescriptorKind.UnixSocket,
            (SOCK_STREAM, 0 or AF_INET or AF_INET6) => DescriptorKind.TcpSocket,
            (SOCK_DGRAM, 0 or AF_INET or AF_INET6) => DescriptorKind.UdpSocket,
            _ => DescriptorKind.Socket,
        };
        string state = Option(socket, SO_ACCEPTCONN) is > 0 ? NetworkSocket.Listening
            : remote is not null ? NetworkSocket.Connected
            : local is not null ? "bound" : "not connected";
        IPEndPoint? end = Address(local);
        return new NetworkSocket(kind, end?.ToString() ?? "", Address(remote)?.ToString() ?? "", end?.Port ?? 0, state);
    }

    private static int? Option(nint socket, int option)
    {
        int value, length = sizeof(int);
        return getsockopt(socket, SOL_SOCKET, option, &value, &length) == 0 ? value : null;
    }

    private static byte[]? Ask(Asking ask)
    {
        byte[] address = new byte[AddressLength];
        int length = AddressLength;
        fixed (byte* start = address)
        {
            return ask(start, &length) == 0 ? address : null;
        }
    }

    /// <summary>sockaddr_in and sockaddr_in6.</summary>
    private static IPEndPoint? Address(byte[]? address) => address is null ? null : BitConverter.ToUInt16(address) switch
    {
        AF_INET => new IPEndPoint(new IPAddress(address.AsSpan(4, 4)), Port(address)),
        AF_INET6 => new IPEndPoint(new IPAddress(address.AsSpan(8, 16), BitConverter.ToUInt32(address, 24)), Port(address)),
        _ => null,
    };

    private static int Port(byte[] address) => BinaryPrimitives.ReadUInt16BigEndian(address.AsSpan(2));

    [LibraryImport("ws2_32")]
    private static partial int getsockname(nint socket, byte* address, int* length);

    [LibraryImport("ws2_32")]
    private static partial int getpeername(nint socket, byte* address, int* length);

    [LibraryImport("ws2_32")]
    private static partial int getsockopt(nint socket, int level, int option, int* value, int* length);
}
