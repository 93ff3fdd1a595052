using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Tether.Platform.Windows;

/// <summary>The TCP and UDP sockets of the system, each with the process that made it.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class PortTable
{
    private const int AF_INET = 2;
    private const int AF_INET6 = 23;
    private const int TCP_TABLE_OWNER_PID_ALL = 5;
    private const int UDP_TABLE_OWNER_PID = 1;
    private const int InsufficientBuffer = 122;
    private const uint FirstSize = 64 * 1024;

    private delegate int Reading(byte* table, uint* size);

    internal static IReadOnlyList<(NetworkSocket Socket, int ProcessId)> Read() =>
    [
        // MIB_TCPROW_OWNER_PID, MIB_TCP6ROW_OWNER_PID, MIB_UDPROW_OWNER_PID and MIB_UDP6ROW_OWNER_PID, as words.
        .. Rows((table, size) => GetExtendedTcpTable(table, size, 0, AF_INET, TCP_TABLE_OWNER_PID_ALL, 0), 6)
            .Select(row => (Tcp(Address4(row, 1), Address4(row, 3), row[0]), (int)row[5])),
        .. Rows((table, size) => GetExtendedTcpTable(table, size, 0, AF_INET6, TCP_TABLE_OWNER_PID_ALL, 0), 14)
            .Select(row => (Tcp(Address6(row, 0), Address6(row, 6), row[12]), (int)row[13])),
        .. Rows((table, size) => GetExtendedUdpTable(table, size, 0, AF_INET, UDP_TABLE_OWNER_PID, 0), 3)
            .Select(row => (Udp(Address4(row, 0)), (int)row[2])),
        .. Rows((table, size) => GetExtendedUdpTable(table, size, 0, AF_INET6, UDP_TABLE_OWNER_PID, 0), 7)
            .Select(row => (Udp(Address6(row, 0)), (int)row[6])),
    ];

    private static NetworkSocket Tcp(IPEndPoint local, IPEndPoint remote, uint state)
    {
        string word = state switch
        {
            1 => "closed",
            2 => NetworkSocket.Listening,
            3 or 4 => "connecting",
            5 => NetworkSocket.Connected,
            _ => "closing",
        };
        // The rest of a listening one means nothing.
        bool hasPeer = word != NetworkSocket.Listening && remote.Port != 0;
        return new NetworkSocket(DescriptorKind.TcpSocket, local.ToString(), hasPeer ? remote.ToString() : "", local.Port, word);
    }

    private static NetworkSocket Udp(IPEndPoint local) => new(DescriptorKind.UdpSocket, local.ToString(), "", local.Port, "bound");

    private static IPEndPoint Address4(uint[] row, int at) => new(new IPAddress(row[at]), Port(row[at + 1]));

    /// <summary>Four words of address, one of its scope, one of the port.</summary>
    private static IPEndPoint Address6(uint[] row, int at) =>
        new(new IPAddress(MemoryMarshal.AsBytes(row.AsSpan(at, 4)), row[at + 4]), Port(row[at + 5]));

    /// <summary>Of the lower half alone something is said.</summary>
    private static int Port(uint word) => BinaryPrimitives.ReverseEndianness((ushort)word);

    /// <summary>A table is how many rows there are, and the rows.</summary>
    private static List<uint[]> Rows(Reading read, int words)
    {
        for (uint size = FirstSize; ; size *= 2)
        {
            uint[] table = new uint[size / sizeof(uint)];
            fixed (uint* start = table)
            {
                uint given = size;
                switch (read((byte*)start, &given))
                {
                    case 0:
                        return [.. Enumerable.Range(0, (int)table[0]).Select(i => table[(1 + (i * words))..(1 + ((i + 1) * words))])];
                    case InsufficientBuffer:
                        size = Math.Max(size, given);
                        break;
                    default:
                        // A system without IPv6 has no such sockets.
                        return [];
                }
            }
        }
    }

    [LibraryImport("iphlpapi")]
    private static partial int GetExtendedTcpTable(byte* table, uint* size, int order, int family, int kind, uint reserved);

    [LibraryImport("iphlpapi")]
    private static partial int GetExtendedUdpTable(byte* table, uint* size, int order, int family, int kind, uint reserved);
}
