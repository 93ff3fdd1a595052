using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Platform.Windows;
using Tether.Protocol;

namespace Tether.Keeper.Platform.Windows;

/// <summary>
/// The named pipe that clients connect to: of this user's, from this machine, under a name that was free. The next instance is made before
/// the
/// connected one is given away, so that the name is never free as long as the keeper lives, and nobody else can take it.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class Endpoint : IDisposable
{
    /// <summary>Room for all that a client may send ahead, and the frames around it: it does not wait for the keeper in between.</summary>
    internal const uint BufferSize = Frame.InputCredit + (64 * 1024);

    private const uint Instances = 255; // PIPE_UNLIMITED_INSTANCES

    private SafePipeHandle _waiting;
    private PipeOperation? _connect;
    private CompletionPort? _port;
    private Action<SafePipeHandle>? _connected;

    /// <exception cref="IOException">The pipe cannot be made.</exception>
    internal Endpoint()
    {
        FullName = PrivatePipe.NewName("keeper");
        _waiting = Create(isFirst: true);
    }

    internal string FullName { get; }

    /// <summary>Begins to take clients, each told to <paramref name="connected"/>.</summary>
    internal void Listen(CompletionPort port, Action<SafePipeHandle> connected)
    {
        _port = port;
        _connected = connected;
        _connect = new PipeOperation(port, 0, OnConnected);
        port.Associate(_waiting);
        _connect.Connect(_waiting);
    }

    public unsafe void Dispose()
    {
        if (!_waiting.IsClosed)
        {
            Kernel32.CancelIoEx(_waiting, null);
            _waiting.Dispose();
        }

        _connect?.Abandon();
    }

    private void OnConnected(int error, int count)
    {
        SafePipeHandle? next = TryCreate();
        // One that connected before, and one that connected, wrote and has gone already, are clients too.
        bool isConnected = error is 0 or WindowsError.PipeConnected or WindowsError.NoData;
        if (next is null)
        {
            // Nothing is left for another one: this client loses its connection, and its instance waits again.
            Kernel32.DisconnectNamedPipe(_waiting);
            _connect!.Connect(_waiting);
            return;
        }

        SafePipeHandle client = _waiting;
        _waiting = next;
        _connect!.Connect(_waiting);
        if (isConnected)
        {
            _connected!(client);
        }
        else
        {
            client.Dispose();
        }
    }

    private SafePipeHandle? TryCreate()
    {
        SafePipeHandle? next = null;
        try
        {
            next = Create(isFirst: false);
            _port!.Associate(next);
            return next;
        }
        catch (IOException)
        {
            // Out of handles or memory: no reason to end, and with the program's streams at that.
            next?.Dispose();
            return null;
        }
    }

    private SafePipeHandle Create(bool isFirst) =>
        PrivatePipe.Create(FullName, Kernel32.PIPE_ACCESS_DUPLEX, isFirst, Instances, BufferSize);
}
