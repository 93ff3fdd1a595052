using System.Globalization;
using System.Net;
using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary>The sockets of a network namespace by inode, from /proc/PID/net/{tcp,tcp6,udp,udp6,unix} (proc_pid_net(5)).</summary>
[SupportedOSPlatform("linux")]
internal sealed class SocketTable
{
    private readonly Dictionary<ulong, NetworkSocket> _sockets = [];

    /// <summary>The tables that could not be read, with the reasons.</summary>
    internal List<string> Problems { get; } = [];

    internal NetworkSocket? Find(ulong inode) => _sockets.GetValueOrDefault(inode);

    /// <summary>Adds what the namespace of a process has.</summary>
    internal void Add(int pid)
    {
        foreach (string name in (string[])["tcp", "tcp6", "udp", "udp6", "unix"])
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/net/{name}");
            try
            {
                string text = ByteString.Decode(File.ReadAllBytes(path));
                if (name == "unix")
                {
                    AddUnix(text);
                }
                else
                {
                    AddInternet(text, name[0] == 't' ? DescriptorKind.TcpSocket : DescriptorKind.UdpSocket);
                }
            }
            catch (FileNotFoundException) when (name.EndsWith('6'))
            {
                // A kernel without IPv6 has no such sockets.
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Problems.Add($"The sockets of '{path}' could not be read: {error.Message}");
            }
        }
    }

    internal void AddInternet(string text, DescriptorKind kind)
    {
        foreach (string line in text.Split('\n').Skip(1))
        {
            // "sl local remote state queues timer retransmits user timeout inode …"; a line without an inode belongs to nobody any more.
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 10 || !ulong.TryParse(fields[9], NumberStyles.None, CultureInfo.InvariantCulture, out ulong inode) || inode == 0)
            {
                continue;
            }

            IPEndPoint local = Address(fields[1]);
            IPEndPoint remote = Address(fields[2]);
            string state = fields[3] switch
            {
                "0A" => NetworkSocket.Listening,
                "01" => NetworkSocket.Connected,
                "07" => kind == DescriptorKind.UdpSocket ? "bound" : "closed",
                "02" => "connecting",
                _ => "closing",
            };
            _sockets[inode] = new NetworkSocket(kind, local.ToString(), remote.Port == 0 ? "" : remote.ToString(), local.Port, state);
        }
    }

    internal void AddUnix(string text)
    {
        foreach (string line in text.Split('\n').Skip(1))
        {
            // "Num RefCount Protocol Flags Type St Inode Path": the path may have spaces in it and be missing.
            string[] fields = line.Split(' ', 7, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 7)
            {
                continue;
            }

            string[] rest = fields[6].Split(' ', 2);
            bool isListening = Convert.ToUInt32(fields[3], 16) == 0x10000;
            string state = isListening ? NetworkSocket.Listening : fields[5] == "03" ? NetworkSocket.Connected : "not connected";
            string path = rest.Length > 1 ? rest[1] : "";
            _sockets[ulong.Parse(rest[0], CultureInfo.InvariantCulture)] = new NetworkSocket(DescriptorKind.UnixSocket, path, "", 0, state);
        }
    }

    /// <summary>Reads <c>0100007F:1F90</c>: words of 32 bits as the machine has them in memory, the port as a number.</summary>
    private static IPEndPoint Address(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        byte[] bytes = new byte[colon / 2];
        for (int i = 0; i < colon; i += 8)
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(i / 2), uint.Parse(text.AsSpan(i, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        }

        return new IPEndPoint(new IPAddress(bytes), int.Parse(text.AsSpan(colon + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }
}
