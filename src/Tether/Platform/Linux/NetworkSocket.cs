namespace Tether.Platform.Linux;

/// <summary>A socket as a table of /proc/PID/net shows it.</summary>
/// <param name="Kind">TCP, UDP or Unix.</param>
/// <param name="Local">Its own address; empty for a Unix socket without a name.</param>
/// <param name="Remote">The address that it is connected to; empty when it is not, or the table does not tell.</param>
/// <param name="Port">The local port; 0 for a Unix socket.</param>
/// <param name="State">"listening", "connected" or another word.</param>
internal sealed record NetworkSocket(DescriptorKind Kind, string Local, string Remote, int Port, string State)
{
    internal const string Listening = "listening";
    internal const string Connected = "connected";

    internal string Description =>
        Remote.Length > 0 ? $"{Protocol}{Local}, {State} to {Remote}" : $"{Protocol}{(Local.Length > 0 ? Local : "without a name")}, {State}";

    private string Protocol => Kind switch { DescriptorKind.TcpSocket => "TCP ", DescriptorKind.UdpSocket => "UDP ", _ => "" };
}
