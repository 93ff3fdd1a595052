using System.Net.Sockets;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Platform.Linux;
using Tether.Protocol;
using Tether.Records;

namespace Tether.EndToEnd.Tests.Skew;

/// <summary>
/// A keeper of another version, kept by its frames: a real record in a real directory, locked, with a real socket, on which a script answers.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class FakeKeeper : IAsyncDisposable
{
    private readonly string _directory;
    private readonly SafeFileHandle _lock;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Task _serving;

    /// <summary>Answers the first client with the frames, each a type and the payload's text, after its hello.</summary>
    internal FakeKeeper(TestHome home, string name, string record, params (byte Type, byte[] Payload)[] answers)
    {
        _directory = Directory.CreateDirectory(Path.Combine(home.Path, name)).FullName;
        File.WriteAllText(Path.Combine(_directory, RecordPaths.Record), record);
        byte[] positions = new byte[160];
        "TETHERJ1"u8.CopyTo(positions);
        for (int group = 32; group < positions.Length; group += 32)
        {
            BitConverter.TryWriteBytes(positions.AsSpan(group + 16), 1L << 20);
            positions[group + 24] = 1;
        }

        File.WriteAllBytes(Path.Combine(_directory, RecordPaths.Positions), positions);
        foreach (string log in (string[])[RecordPaths.StandardOutputLog, RecordPaths.StandardErrorLog, RecordPaths.OrderLog])
        {
            File.WriteAllBytes(Path.Combine(_directory, log), []);
        }

        _lock = Libc.Open(_directory, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        Assert.Equal(0, Libc.Flock(_lock, Libc.LOCK_EX | Libc.LOCK_NB));
        _listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(_directory, RecordPaths.Socket)));
        _listener.Listen();
        _serving = ServeAsync(answers, home.Bound);
    }

    /// <summary>A record as version 1 writes it; <paramref name="more"/> are members of a later one.</summary>
    internal static string Record(string name, int version = 1, string more = "") => $$"""
        {{{more}}"version":{{version}},"name":"{{name}}","program":"/bin/cat","arguments":[],"workingDirectory":"/","lifetime":"Detached",
        "outputWindow":1048576,"whenFull":"DropOldest","stopGraceMilliseconds":1000,"bootId":"34251cd2-48db-4a05-8731-82ea70a6ba25",
        "keeperProcessId":{{int.MaxValue}},"keeperStartTicks":1,"processId":{{int.MaxValue}},"processStartTicks":1,"startTime":"2026-01-02T03:04:05+00:00"}
        """;

    /// <summary>The type and payload of the client's first frame.</summary>
    internal (byte Type, byte[] Payload) Hello { get; private set; }

    /// <summary>Ends when the first client is gone.</summary>
    internal Task Served => _serving;

    public async ValueTask DisposeAsync()
    {
        _lock.Dispose();
        _listener.Dispose();
        await _serving;
        // What TestHome would wait for is nobody.
        Directory.Delete(_directory, recursive: true);
    }

    private async Task ServeAsync((byte Type, byte[] Payload)[] answers, CancellationToken bound)
    {
        Socket? accepted = await AcceptAsync(bound);
        if (accepted is null)
        {
            return;
        }

        using Socket client = accepted;
        await using NetworkStream stream = new(client);
        FrameReader frames = new(stream);
        Assert.True(await frames.ReadAsync(bound));
        Hello = ((byte)frames.Type, frames.Payload.ToArray());
        foreach ((byte type, byte[] payload) in answers)
        {
            await stream.WriteAsync(Frame.Create((FrameType)type, payload), bound);
        }

        // Until the client goes.
        while (await ReadAsync(frames, bound))
        {
        }
    }

    private async Task<Socket?> AcceptAsync(CancellationToken bound)
    {
        try
        {
            return await _listener.AcceptAsync(bound);
        }
        catch (SocketException)
        {
            // It was disposed and nobody had come.
            return null;
        }
    }

    private static async Task<bool> ReadAsync(FrameReader frames, CancellationToken bound)
    {
        try
        {
            return await frames.ReadAsync(bound);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
