namespace Tether.Platform;

/// <summary>A socket as the system's tables show it.</summary>
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

    /// <summary>What stays busy for as long as a child has it, in words.</summary>
    internal string KeepsBusy => this switch
    {
        { State: Listening, Port: > 0 } => $"port {Port} (listening): nobody else can listen on it, and clients get no answer",
        { State: Listening } => $"the socket {Local} (listening): clients connect and get no answer",
        { State: Connected, Remote.Length: > 0 } => $"the connection of port {Port} to {Remote}: the peer never sees its end",
        { State: Connected } => "the connection: the peer never sees its end",
        { Port: > 0 } => $"port {Port} ({State})",
        { Local.Length: > 0 } => $"the socket {Local}",
        _ => "nothing but the socket itself",
    };

    private string Protocol => Kind switch { DescriptorKind.TcpSocket => "TCP ", DescriptorKind.UdpSocket => "UDP ", _ => "" };
}
