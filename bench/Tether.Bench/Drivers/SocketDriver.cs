using System.Diagnostics;
using System.Net.Sockets;

namespace Tether.Bench.Drivers;

/// <summary>A local socket between two processes: <see cref="LocalSocket"/>, or .NET's <see cref="Socket"/>.</summary>
internal sealed class SocketDriver(DriverOutput output, bool ours, bool synchronous)
{
    private const int WarmUp = 2000;

    /// <summary>A message size of 0 is ping-pong of 64 bytes; else the other process sends so many bytes in messages of it.</summary>
    internal async Task RunAsync(string processor, int rounds, long bytes, int message)
    {
        string path = Path.Combine(Path.GetTempPath(), $"bench-{Environment.ProcessId}.sock");
        string[] command =
        [
            "taskset", "-c", processor, Environment.ProcessPath!, "driver", "-", "serve", ours ? "ours" : "net", synchronous ? "sync" : "async",
            path, bytes.ToString(), message.ToString(),
        ];
        if (processor == "-1")
        {
            command = command[3..];
        }

        using Process other = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true })!;
        other.StandardOutput.ReadLine();
        await using (Stream stream = ours ? LocalSocket.Connect(path) : await ConnectAsync(path))
        {
            await (message > 0 ? ReceiveAsync(stream, bytes, message) : PingAsync(stream, rounds));
        }

        await other.WaitForExitAsync();
        File.Delete(path);
    }

    internal async Task ServeAsync(string path, long bytes, int message)
    {
        await using Stream stream = await AcceptAsync(path);
        if (message > 0)
        {
            byte[] block = new byte[message];
            for (long left = bytes; left > 0; left -= message)
            {
                if (synchronous)
                {
                    stream.Write(block);
                }
                else
                {
                    await stream.WriteAsync(block);
                }
            }

            return;
        }

        byte[] buffer = new byte[64];
        int got;
        while ((got = synchronous ? stream.Read(buffer) : await stream.ReadAsync(buffer)) > 0)
        {
            if (synchronous)
            {
                stream.Write(buffer.AsSpan(0, got));
            }
            else
            {
                await stream.WriteAsync(buffer.AsMemory(0, got));
            }
        }
    }

    private async Task PingAsync(Stream stream, int rounds)
    {
        byte[] buffer = new byte[64];
        for (int round = -WarmUp; round < rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            if (synchronous)
            {
                stream.Write(buffer);
                stream.ReadExactly(buffer);
            }
            else
            {
                await stream.WriteAsync(buffer);
                await stream.ReadExactlyAsync(buffer);
            }

            if (round >= 0)
            {
                output.AddMicroseconds("us", start);
            }
        }
    }

    private async Task ReceiveAsync(Stream stream, long bytes, int message)
    {
        byte[] buffer = new byte[message];
        long start = Stopwatch.GetTimestamp();
        for (long left = bytes; left > 0;)
        {
            int got = synchronous ? stream.Read(buffer) : await stream.ReadAsync(buffer);
            left -= got > 0 ? got : throw new InvalidOperationException($"The socket ended {left} bytes early.");
        }

        output.AddRate(bytes, start);
    }

    private async Task<Stream> AcceptAsync(string path)
    {
        if (ours)
        {
            using LocalServer server = LocalServer.Listen(path);
            await Console.Out.WriteLineAsync("ready");
            return server.Accept();
        }

        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        await Console.Out.WriteLineAsync("ready");
        return new NetworkStream(synchronous ? listener.Accept() : await listener.AcceptAsync(), ownsSocket: true);
    }

    private async Task<Stream> ConnectAsync(string path)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        if (synchronous)
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
        }
        else
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        }

        return new NetworkStream(socket, ownsSocket: true);
    }
}
