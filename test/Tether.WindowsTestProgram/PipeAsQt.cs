using System.IO.Pipes;
using System.Security.AccessControl;
using System.Security.Cryptography;
using System.Security.Principal;

namespace Tether.WindowsTestProgram;

/// <summary>
/// A server and a client that ask of the system what QLocalServer and QLocalSocket ask on Windows (qlocalserver_win.cpp, qlocalsocket_win.cpp):
/// eight instances that wait, without a buffer, so that each write waits for its reader, and with the access list that every object has or
/// that of UserAccessOption; a client that may be impersonated. What they print is what test/Tether.Tests/QtInterop/peer.cpp prints.
/// </summary>
internal static class PipeAsQt
{
    private const int WaitingInstances = 8;
    private const int Piece = 64 * 1024;

    internal static async Task<int> ServeAsync(string name, long bytes, PipeSecurity? security)
    {
        NamedPipeServerStream[] pipes = [.. Enumerable.Range(0, WaitingInstances).Select(_ => Create(name, security))];
        Task[] waits = [.. pipes.Select(pipe => pipe.WaitForConnectionAsync())];
        Console.Out.WriteLine($@"listening \\.\pipe\{name}");
        int connected = Array.IndexOf(waits, await Task.WhenAny(waits));
        await waits[connected];
        return await ExchangeAsync(pipes[connected], bytes);
    }

    internal static async Task<int> ConnectAsync(string name, long bytes)
    {
        NamedPipeClientStream pipe = new(".", name, PipeDirection.InOut, PipeOptions.Asynchronous);
        await pipe.ConnectAsync(30_000);
        return await ExchangeAsync(pipe, bytes);
    }

    /// <summary>QLocalServer::UserAccessOption.</summary>
    internal static PipeSecurity ForTheUser()
    {
        using WindowsIdentity user = WindowsIdentity.GetCurrent();
        PipeSecurity security = new();
        security.SetOwner(user.User!);
        security.AddAccessRule(new PipeAccessRule(user.User!, PipeAccessRights.FullControl, AccessControlType.Allow));
        return security;
    }

    private static NamedPipeServerStream Create(string name, PipeSecurity? security) => NamedPipeServerStreamAcl.Create(
        name, PipeDirection.InOut, NamedPipeServerStream.MaxAllowedServerInstances, PipeTransmissionMode.Byte, PipeOptions.Asynchronous,
        inBufferSize: 0, outBufferSize: 0, security);

    private static async Task<int> ExchangeAsync(PipeStream pipe, long bytes)
    {
        Task<string> sending = SendAsync(pipe, bytes);
        string received = await ReceiveAsync(pipe, bytes);
        string sent = await sending;
        await pipe.DisposeAsync();
        Console.Out.WriteLine($"sent {sent}");
        Console.Out.WriteLine($"received {received}");
        return 0;
    }

    private static async Task<string> SendAsync(PipeStream pipe, long bytes)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Random random = new(7);
        byte[] piece = new byte[Piece];
        for (long left = bytes; left > 0; left -= piece.Length)
        {
            random.NextBytes(piece);
            hash.AppendData(piece);
            await pipe.WriteAsync(piece);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static async Task<string> ReceiveAsync(PipeStream pipe, long bytes)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] piece = new byte[Piece];
        for (long left = bytes; left > 0;)
        {
            int count = await pipe.ReadAsync(piece);
            if (count == 0)
                throw new EndOfStreamException($"{left} bytes are missing.");

            hash.AppendData(piece, 0, count);
            left -= count;
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
