namespace Tether.Tests;

/// <summary>A client and the server's end of the same connection.</summary>
internal sealed class LocalPair : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    private LocalPair()
    {
        using LocalServer server = LocalServer.Listen(_scratch["pair"]);
        Client = LocalSocket.Connect(server.FullName, Bounded.Limit);
        Server = server.Accept();
    }

    internal LocalSocket Client { get; }

    internal LocalSocket Server { get; }

    internal static LocalPair Create() => new();

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
        _scratch.Dispose();
    }
}
