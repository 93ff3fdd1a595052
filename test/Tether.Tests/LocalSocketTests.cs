using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace Tether.Tests;

[SupportedOSPlatform("linux")]
[Collection(AloneCollection.Name)]
public sealed partial class LocalSocketTests
{
    [Fact]
    public void Connect_NewPair_IsConnectedOnBothSides()
    {
        using LocalPair pair = LocalPair.Create();

        foreach (LocalSocket socket in new[] { pair.Client, pair.Server })
        {
            Assert.Equal(LocalSocketState.Connected, socket.State);
            Assert.Equal(Environment.ProcessId, socket.Peer.ProcessId);
            Assert.True(socket.CanRead && socket.CanWrite && socket.CanTimeout && !socket.CanSeek);
        }
    }

    [Fact]
    public async Task Connect_FileThatIsNoSocketOrADatagramSocket_FailsTyped()
    {
        using ScratchDirectory scratch = new();
        File.WriteAllText(scratch["file"], "");
        using Socket datagrams = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        datagrams.Bind(new UnixDomainSocketEndPoint(scratch["datagrams"]));

        Assert.Equal(LocalSocketError.ConnectionRefused, Assert.Throws<LocalSocketException>(() => LocalSocket.Connect(scratch["file"])).Error);
        Assert.Equal(LocalSocketError.ServerNotFound, Assert.Throws<LocalSocketException>(() => LocalSocket.Connect(scratch["file/name"])).Error);
        Assert.Equal(LocalSocketError.NotSupported,
            (await Assert.ThrowsAsync<LocalSocketException>(() => LocalSocket.ConnectAsync(scratch["datagrams"]).Within())).Error);
    }

    [Trait("Conformance", "tst_qlocalsocket")]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SendData_InPiecesOfAnySize_ArrivesWhole(bool asynchronous)
    {
        using LocalPair pair = LocalPair.Create();
        byte[] sent = RandomBytes(50_000);
        foreach (int piece in new[] { 1, 7, 4096, 49_999, 50_000 })
        {
            Task writing = Bounded.OnThread(() =>
            {
                for (int i = 0; i < sent.Length; i += piece)
                    pair.Client.Write(sent, i, Math.Min(piece, sent.Length - i));
            });
            byte[] received = new byte[sent.Length];
            if (asynchronous)
                await pair.Server.ReadExactlyAsync(received, Bounded.Token);
            else
                await Bounded.OnThread(() => pair.Server.ReadExactly(received)).Within();

            await writing.Within();
            Assert.Equal(sent, received);
        }
    }

    [Trait("Conformance", "tst_qlocalsocket")]
    [Fact]
    public async Task ReadLine_ThroughAReader_GivesTheLines()
    {
        using LocalPair pair = LocalPair.Create();
        using StreamReader reader = new(pair.Server, Encoding.UTF8);
        await pair.Client.WriteAsync("first\nsecönd\r\nlast"u8.ToArray(), Bounded.Token);
        pair.Client.CompleteWrites();

        Assert.Equal("first", await reader.ReadLineAsync(Bounded.Token));
        Assert.Equal("secönd", await reader.ReadLineAsync(Bounded.Token));
        Assert.Equal("last", await reader.ReadLineAsync(Bounded.Token));
        Assert.Null(await reader.ReadLineAsync(Bounded.Token));
    }

    [Trait("Conformance", "tst_qlocalsocket")]
    [Fact]
    public void ReadBufferOverflow_ReadInSmallPieces_LosesNothing()
    {
        using LocalPair pair = LocalPair.Create();
        byte[] sent = RandomBytes(8192);
        pair.Client.Write(sent);
        pair.Client.CompleteWrites();

        using MemoryStream received = new();
        Span<byte> piece = stackalloc byte[128];
        for (int count; (count = pair.Server.Read(piece)) > 0;)
        {
            Assert.InRange(count, 1, 128);
            received.Write(piece[..count]);
        }

        Assert.Equal(sent, received.ToArray());
    }

    [Trait("Conformance", "tst_qlocalsocket")]
    [Fact]
    public async Task SimpleCommandProtocol1_BlocksWithTheirLength_ArriveInOrder()
    {
        using LocalPair pair = LocalPair.Create();
        Task writing = Bounded.OnThread(() =>
        {
            using BinaryWriter writer = new(pair.Client, Encoding.UTF8, leaveOpen: true);
            for (int size = 0; size < 2000; size += 13)
            {
                writer.Write(size);
                writer.Write(new byte[size]);
            }
        });

        await Bounded.OnThread(() =>
        {
            using BinaryReader reader = new(pair.Server, Encoding.UTF8, leaveOpen: true);
            for (int size = 0; size < 2000; size += 13)
                Assert.Equal(reader.ReadInt32(), reader.ReadBytes(size).Length);
        }).Within();
        await writing.Within();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Write_BothWaysAtOnceBeyondEveryBuffer_LosesNothing(bool asynchronous)
    {
        const int Size = 16 << 20;
        using LocalPair pair = LocalPair.Create();
        byte[] fromClient = RandomBytes(Size);
        byte[] fromServer = RandomBytes(Size);

        Task<byte[]> atServer = Receive(pair.Server);
        Task<byte[]> atClient = Receive(pair.Client);
        Task sending = Task.WhenAll(Send(pair.Client, fromClient), Send(pair.Server, fromServer));

        await sending.Within();
        byte[] receivedAtServer = await atServer.Within();
        byte[] receivedAtClient = await atClient.Within();
        Assert.True(fromClient.AsSpan().SequenceEqual(receivedAtServer));
        Assert.True(fromServer.AsSpan().SequenceEqual(receivedAtClient));

        Task Send(LocalSocket socket, byte[] bytes) =>
            asynchronous ? socket.WriteAsync(bytes, Bounded.Token).AsTask() : Bounded.OnThread(() => socket.Write(bytes));

        async Task<byte[]> Receive(LocalSocket socket)
        {
            byte[] bytes = new byte[Size];
            if (asynchronous)
                await socket.ReadExactlyAsync(bytes, Bounded.Token);
            else
                await Bounded.OnThread(() => socket.ReadExactly(bytes));

            return bytes;
        }
    }

    [Trait("Conformance", "tst_qlocalsocket")]
    [Fact]
    public async Task WriteToClientAndDisconnect_DisposedRightAfter_ClientReadsEverything()
    {
        using LocalPair pair = LocalPair.Create();
        byte[] sent = RandomBytes(100_000);
        await pair.Server.WriteAsync(sent, Bounded.Token);

        pair.Server.Dispose();

        byte[] received = new byte[sent.Length];
        await pair.Client.ReadExactlyAsync(received, Bounded.Token);
        Assert.Equal(sent, received);
        Assert.Equal(0, await pair.Client.ReadAsync(received, Bounded.Token));
        Assert.Equal(-1, pair.Client.ReadByte());
    }

    [Fact]
    public void CompleteWrites_OneSide_OtherReadsTheEndAndGoesOnWriting()
    {
        using LocalPair pair = LocalPair.Create();
        pair.Client.Write("request"u8);
        pair.Client.CompleteWrites();
        pair.Client.CompleteWrites();
        Assert.Equal(LocalSocketState.Closing, pair.Client.State);
        Assert.False(pair.Client.CanWrite);

        using StreamReader request = new(pair.Server, leaveOpen: true);
        Assert.Equal("request", request.ReadToEnd());
        Assert.Equal(LocalSocketState.Closing, pair.Server.State);
        pair.Server.Write("answer"u8);
        pair.Server.CompleteWrites();
        using StreamReader answer = new(pair.Client, leaveOpen: true);
        Assert.Equal("answer", answer.ReadToEnd());

        Assert.Equal(LocalSocketState.Disconnected, pair.Client.State);
        Assert.Equal(LocalSocketState.Disconnected, pair.Server.State);
        Assert.Throws<InvalidOperationException>(() => pair.Client.Write("more"u8));
    }

    [Trait("Conformance", "tst_qlocalsocket")]
    [Fact]
    public async Task WriteToDisconnected_PeerIsGone_FailsAsPeerClosed()
    {
        using LocalPair pair = LocalPair.Create();
        pair.Server.Dispose();

        var error = Assert.Throws<LocalSocketException>(() => pair.Client.Write("lost"u8));

        Assert.Equal(LocalSocketError.PeerClosed, error.Error);
        Assert.Equal($"Writing on a local socket failed: process {Environment.ProcessId} at the other end has closed the connection.", error.Message);
        Assert.Equal(LocalSocketState.Disconnected, pair.Client.State);
        Assert.Equal(LocalSocketError.PeerClosed,
            (await Assert.ThrowsAsync<LocalSocketException>(() => pair.Client.WriteAsync(new byte[1], Bounded.Token).Within())).Error);
    }

    [Fact]
    public async Task Read_PeerClosedWithBytesUnread_FailsAsPeerClosed()
    {
        using LocalPair pair = LocalPair.Create();
        pair.Client.Write("never read"u8);
        pair.Server.Dispose();

        Assert.Equal(LocalSocketError.PeerClosed,
            (await Assert.ThrowsAsync<LocalSocketException>(() => pair.Client.ReadAsync(new byte[1], Bounded.Token).Within())).Error);
        Assert.Equal(LocalSocketState.Disconnected, pair.Client.State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WaitForDisconnect_PeerGoesWhileReading_ReadReturnsTheEnd(bool asynchronous)
    {
        using LocalPair pair = LocalPair.Create();
        TaskCompletionSource started = new();
        Task<int> reading = asynchronous
            ? pair.Client.ReadAsync(new byte[1], Bounded.Token).AsTask()
            : Bounded.OnThread(() =>
            {
                started.SetResult();
                return pair.Client.Read(new byte[1]);
            });
        if (!asynchronous)
            await started.Task.Within();

        pair.Server.Disconnect();

        Assert.Equal(0, await reading.Within());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Disconnect_OwnReadWaits_ReturnsTheEnd(bool asynchronous)
    {
        using LocalPair pair = LocalPair.Create();
        TaskCompletionSource started = new();
        Task<int> reading = asynchronous
            ? pair.Client.ReadAsync(new byte[1], Bounded.Token).AsTask()
            : Bounded.OnThread(() =>
            {
                started.SetResult();
                return pair.Client.Read(new byte[1]);
            });
        if (!asynchronous)
            await started.Task.Within();

        pair.Client.Disconnect();
        pair.Client.Disconnect();

        Assert.Equal(0, await reading.Within());
        Assert.Equal(LocalSocketState.Disconnected, pair.Client.State);
        Assert.Equal(Environment.ProcessId, pair.Client.Peer.ProcessId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Abort_OwnReadWaits_FailsAsDisposed(bool asynchronous)
    {
        using LocalPair pair = LocalPair.Create();
        TaskCompletionSource started = new();
        Task<int> reading = asynchronous
            ? pair.Client.ReadAsync(new byte[1], Bounded.Token).AsTask()
            : Bounded.OnThread(() =>
            {
                started.SetResult();
                return pair.Client.Read(new byte[1]);
            });
        if (!asynchronous)
            await started.Task.Within();

        pair.Client.Abort();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => reading.Within());
        Assert.Equal(LocalSocketState.Disconnected, pair.Client.State);
    }

    [Trait("Conformance", "tst_qlocalsocket")]
    [Fact]
    public async Task WaitForReadyReadOnDisconnected_Disposed_ThrowsObjectDisposed()
    {
        using LocalPair pair = LocalPair.Create();
        pair.Client.Dispose();
        pair.Client.Dispose();

        Assert.False(pair.Client.CanRead || pair.Client.CanWrite);
        Assert.Throws<ObjectDisposedException>(() => pair.Client.ReadByte());
        Assert.Throws<ObjectDisposedException>(() => pair.Client.WriteByte(1));
        Assert.Throws<ObjectDisposedException>(pair.Client.CompleteWrites);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pair.Client.ReadAsync(new byte[1], Bounded.Token).Within());
    }

    [Fact]
    public async Task ReadAsync_Cancelled_LosesNoByte()
    {
        using LocalPair pair = LocalPair.Create();
        for (byte i = 0; i < 100; i++)
        {
            using CancellationTokenSource cancel = new();
            byte[] buffer = new byte[1];
            Task<int> reading = pair.Client.ReadAsync(buffer, cancel.Token).AsTask();
            Task writing = Bounded.OnThread(() => pair.Server.WriteByte(i));
            cancel.Cancel();

            // Either the byte was read, or it is still there.
            try
            {
                await reading.Within();
            }
            catch (OperationCanceledException)
            {
                await pair.Client.ReadExactlyAsync(buffer, Bounded.Token);
            }

            await writing.Within();
            Assert.Equal(i, buffer[0]);
        }
    }

    [Fact]
    public async Task WriteAsync_PeerDoesNotRead_CancelStopsTheWait()
    {
        using LocalPair pair = LocalPair.Create();
        using CancellationTokenSource cancel = new();
        Task writing = pair.Client.WriteAsync(new byte[32 << 20], cancel.Token).AsTask();
        Assert.False(writing.IsCompleted);

        cancel.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.Within());
    }

    [Fact]
    public void ReadTimeout_NothingArrives_FailsAsTimedOutAndLosesNothing()
    {
        using LocalPair pair = LocalPair.Create();
        Assert.Equal(Timeout.Infinite, pair.Client.ReadTimeout);
        pair.Client.ReadTimeout = 20;

        Assert.Equal(LocalSocketError.TimedOut, Assert.Throws<LocalSocketException>(() => pair.Client.ReadByte()).Error);

        Assert.Equal(LocalSocketState.Connected, pair.Client.State);
        pair.Server.WriteByte(5);
        Assert.Equal(5, pair.Client.ReadByte());
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Client.ReadTimeout = 0);
    }

    [Fact]
    public void WriteTimeout_PeerDoesNotRead_FailsAsTimedOut()
    {
        using LocalPair pair = LocalPair.Create();
        pair.Client.WriteTimeout = 20;

        Assert.Equal(LocalSocketError.TimedOut, Assert.Throws<LocalSocketException>(() => pair.Client.Write(new byte[32 << 20])).Error);
    }

    [Fact]
    public void Read_EmptyBuffer_ReturnsZeroAndIsNotTheEnd()
    {
        using LocalPair pair = LocalPair.Create();

        Assert.Equal(0, pair.Client.Read([]));

        Assert.Equal(LocalSocketState.Connected, pair.Client.State);
    }

    [Fact]
    public void BeginRead_AndEndRead_ReadLikeTheOthers()
    {
        using LocalPair pair = LocalPair.Create();
        byte[] buffer = new byte[1];
        IAsyncResult reading = pair.Client.BeginRead(buffer, 0, 1, null, null);
        pair.Server.EndWrite(pair.Server.BeginWrite([9], 0, 1, null, null));

        Assert.Equal(1, pair.Client.EndRead(reading));
        Assert.Equal(9, buffer[0]);
    }

    /// <summary>What goes on with a read may run on the very thread that waits for sockets: others must not wait for it.</summary>
    [Fact]
    public async Task ReadAsync_WhatGoesOnWithItBlocks_OthersStillGetTheirs()
    {
        using ManualResetEventSlim gate = new();
        LocalPair[] pairs = [.. Enumerable.Range(0, 6).Select(_ => LocalPair.Create())];
        using CountdownEvent blocked = new(pairs.Length);
        Task[] blocking = [.. pairs.Select(pair => BlockAsync(pair.Client))];
        foreach (LocalPair pair in pairs)
            pair.Server.WriteByte(1);

        Assert.True(await Bounded.OnThread(() => blocked.Wait(Bounded.Limit)));
        using LocalPair other = LocalPair.Create();
        ValueTask<int> reading = other.Client.ReadAsync(new byte[1], Bounded.Token);
        other.Server.WriteByte(1);
        Assert.Equal(1, await reading);

        gate.Set();
        await Task.WhenAll(blocking).Within();
        Array.ForEach(pairs, pair => pair.Dispose());

        async Task BlockAsync(LocalSocket socket)
        {
            Assert.Equal(1, await socket.ReadAsync(new byte[1], Bounded.Token).ConfigureAwait(false));
            blocked.Signal();
            Assert.True(gate.Wait(Bounded.Limit));
        }
    }

    [Fact]
    public async Task ReadAsync_SeveralAtOnce_AreServedInTheirOrder()
    {
        using LocalPair pair = LocalPair.Create();
        byte[] bytes = new byte[4];
        Task<int>[] reads = [.. Enumerable.Range(0, bytes.Length).Select(i => pair.Client.ReadAsync(bytes.AsMemory(i, 1), Bounded.Token).AsTask())];
        Assert.All(reads, read => Assert.False(read.IsCompleted));

        pair.Server.Write("abcd"u8);

        Assert.All(await Task.WhenAll(reads).Within(), count => Assert.Equal(1, count));
        Assert.Equal("abcd"u8, bytes);
    }

    [Fact]
    public async Task ReadAsync_OneOfSeveralIsCancelled_TheOthersGetTheBytes()
    {
        using LocalPair pair = LocalPair.Create();
        byte[] bytes = new byte[3];
        using CancellationTokenSource cancel = new();
        Task<int> first = pair.Client.ReadAsync(bytes.AsMemory(0, 1), Bounded.Token).AsTask();
        Task<int> second = pair.Client.ReadAsync(bytes.AsMemory(1, 1), cancel.Token).AsTask();
        Task<int> third = pair.Client.ReadAsync(bytes.AsMemory(2, 1), Bounded.Token).AsTask();
        await cancel.CancelAsync();
        Assert.Equal(cancel.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.Within())).CancellationToken);

        pair.Server.Write("xy"u8);

        Assert.Equal((1, 1), (await first.Within(), await third.Within()));
        Assert.Equal([(byte)'x', 0, (byte)'y'], bytes);
    }

    [Fact]
    public async Task WriteAsync_SeveralBeyondEveryBuffer_ArriveInTheirOrder()
    {
        using LocalPair pair = LocalPair.Create();
        const int Size = 1 << 20;
        Task[] writes = [.. Enumerable.Range(1, 4).Select(i => pair.Client.WriteAsync(Enumerable.Repeat((byte)i, Size).ToArray(), Bounded.Token).AsTask())];
        Assert.False(writes[0].IsCompleted);

        byte[] received = new byte[4 * Size];
        await pair.Server.ReadExactlyAsync(received, Bounded.Token);

        await Task.WhenAll(writes).Within();
        for (int i = 0; i < 4; i++)
            Assert.False(received.AsSpan(i * Size, Size).ContainsAnyExcept((byte)(i + 1)));
    }

    [Fact]
    public async Task Read_AfterAnAsynchronousOne_GetsItsByte()
    {
        using LocalPair pair = LocalPair.Create();
        for (int i = 0; i < 20; i++)
        {
            ValueTask<int> reading = pair.Client.ReadAsync(new byte[1], Bounded.Token);
            pair.Server.WriteByte(1);
            Assert.Equal(1, await reading);

            Task<int> blocking = Bounded.OnThread(pair.Client.ReadByte);
            pair.Server.WriteByte(2);
            Assert.Equal(2, await blocking.Within());
        }
    }

    [Fact]
    public async Task Dispose_WithReadsAndWritesThatWait_EndsThemAll()
    {
        using LocalPair pair = LocalPair.Create();
        Task<int>[] reads = [.. Enumerable.Range(0, 3).Select(_ => pair.Client.ReadAsync(new byte[1], Bounded.Token).AsTask())];
        Task[] writes = [.. Enumerable.Range(0, 3).Select(_ => pair.Client.WriteAsync(new byte[1 << 20], Bounded.Token).AsTask())];

        pair.Client.Dispose();

        foreach (Task task in reads.Concat(writes))
            await Assert.ThrowsAsync<ObjectDisposedException>(() => task.Within());

        Assert.Throws<ObjectDisposedException>(() => pair.Client.Read(new byte[1]));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pair.Client.ReadAsync(new byte[1], Bounded.Token).AsTask());
    }

    [Trait("Conformance", "tst_qlocalsocket")]
    [Fact]
    public async Task WriteOnlySocket_NothingIsEverRead_PeerGetsEverything()
    {
        using LocalPair pair = LocalPair.Create();
        await pair.Client.WriteAsync("only written"u8.ToArray(), Bounded.Token);
        await pair.Client.FlushAsync(Bounded.Token);
        pair.Client.Dispose();

        using StreamReader reader = new(pair.Server);
        Assert.Equal("only written", await reader.ReadToEndAsync(Bounded.Token));
    }

    [Trait("Conformance", "tst_qlocalsocket")]
    [Fact]
    public async Task MultiConnect_OneProcessWithManyConnections_KeepsThemApart()
    {
        using LocalPair first = LocalPair.Create();
        using LocalPair second = LocalPair.Create();
        await first.Client.WriteAsync("1"u8.ToArray(), Bounded.Token);
        await second.Client.WriteAsync("2"u8.ToArray(), Bounded.Token);

        Assert.Equal('2', second.Server.ReadByte());
        Assert.Equal('1', first.Server.ReadByte());
    }

    [Trait("Conformance", "tst_qlocalsocket")]
    [Fact]
    public void SetSocketDescriptor_EndsOfASocketPair_AreAdopted()
    {
        int[] handles = new int[2];
        Assert.Equal(0, SocketPair(1, 0x80001, 0, handles)); // AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC
        using LocalSocket left = LocalSocket.Adopt(new SafeSocketHandle(handles[0], ownsHandle: true));
        using LocalSocket right = LocalSocket.Adopt(new SafeSocketHandle(handles[1], ownsHandle: true));

        left.WriteByte(3);

        Assert.Equal(3, right.ReadByte());
        Assert.Equal(Environment.ProcessId, right.Peer.ProcessId);
    }

    [Trait("Conformance", "tst_qlocalsocket")]
    [Fact]
    public void SetSocketDescriptor_NotAConnectedUnixSocket_IsRefused()
    {
        using Socket other = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        Assert.Equal(LocalSocketError.NotSupported, Assert.Throws<LocalSocketException>(() => LocalSocket.Adopt(other.SafeHandle)).Error);
    }

    private static byte[] RandomBytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    [LibraryImport("libc", EntryPoint = "socketpair")]
    private static partial int SocketPair(int family, int type, int protocol, [Out] int[] handles);
}
