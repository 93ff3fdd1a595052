using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.Versioning;

namespace Tether.Tests.QtConformance;

/// <summary>What users of QLocalSocket rely on. The names are those of Qt's own tests.</summary>
[SupportedOSPlatform("linux")]
[Collection(AloneCollection.Name)]
[Trait("Conformance", "tst_qlocalsocket")]
public sealed class QLocalSocketTests
{
    [Fact]
    public void SocketBasic_BeforeDuringAndAfter_SaysWhatItIs()
    {
        using ScratchDirectory scratch = new();
        var error = Assert.Throws<LocalSocketException>(() => LocalSocket.Connect(scratch["nobody"]));
        Assert.Equal(LocalSocketError.ServerNotFound, error.Error);
        using LocalPair pair = LocalPair.Create();

        Assert.Equal((LocalSocketState.Connected, 0), (pair.Client.State, pair.Client.Available));
        Assert.False(pair.Client.WaitForReadyRead(TimeSpan.Zero));
        Assert.False(pair.Client.WaitForDisconnected(TimeSpan.FromMilliseconds(10)));
        Assert.False(pair.Client.SafeHandle.IsInvalid);
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Client.WaitForReadyRead(TimeSpan.FromMilliseconds(-2)));

        pair.Client.Disconnect();

        Assert.Equal(LocalSocketState.Disconnected, pair.Client.State);
        Assert.True(pair.Client.WaitForDisconnected(TimeSpan.Zero));
    }

    [Fact]
    public async Task ConnectWithOpen_OptionsMadeBefore_ConnectInEveryForm()
    {
        using ScratchDirectory scratch = new();
        LocalSocketOptions options = new() { Name = scratch["open"] };
        using LocalServer server = LocalServer.Listen(scratch["open"]);

        using LocalSocket blocking = LocalSocket.Connect(options);
        using LocalSocket asynchronous = await LocalSocket.ConnectAsync(options, Bounded.Token);

        Assert.True(blocking.CanRead && blocking.CanWrite && asynchronous.CanRead && asynchronous.CanWrite);
    }

    [Fact]
    public async Task Skip_BytesThatAreNotWanted_AreReadOver()
    {
        using LocalPair pair = LocalPair.Create();
        byte[] sent = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i / 1000))];
        Task writing = Bounded.OnThread(() => pair.Client.Write(sent));
        PipeReader reader = PipeReader.Create(pair.Server);

        ReadResult read = await reader.ReadAtLeastAsync(50_000, Bounded.Token);
        reader.AdvanceTo(read.Buffer.GetPosition(50_000));
        read = await reader.ReadAtLeastAsync(50_000, Bounded.Token);

        Assert.Equal(sent[50_000..], read.Buffer.ToArray());
        await writing.Within();
    }

    [Fact]
    public async Task ReadBufferOverflow_NobodyReads_WriterIsHeldUpAndNothingGrowsOrIsLost()
    {
        const int Size = 16 << 20;
        using LocalPair pair = LocalPair.Create();
        Task writing = Bounded.OnThread(() => pair.Client.Write(new byte[Size]));
        Assert.True(pair.Server.WaitForReadyRead(Bounded.Limit));
        long fewBytes = pair.Server.Available;

        Assert.InRange(fewBytes, 1, 1 << 20);
        Assert.False(writing.IsCompleted);
        byte[] received = new byte[Size];
        await pair.Server.ReadExactlyAsync(received, Bounded.Token);
        await writing.Within();
        Assert.Equal(0, pair.Server.Available);
    }

    [Fact]
    public async Task SimpleCommandProtocol2_CommandsInPieces_AreTakenOnceTheyAreWhole()
    {
        using LocalPair pair = LocalPair.Create();
        PipeReader commands = PipeReader.Create(pair.Server);
        byte[] frame = [0, 0, 0, 5, (byte)'h', (byte)'e', (byte)'l', (byte)'l', (byte)'o'];
        for (int i = 0; i < frame.Length - 1; i++)
        {
            pair.Client.WriteByte(frame[i]);
            ReadResult part = await commands.ReadAtLeastAsync(i + 1, Bounded.Token);
            Assert.False(TryTake(part.Buffer, out _, out _));
            commands.AdvanceTo(part.Buffer.Start, part.Buffer.End);
        }

        pair.Client.WriteByte(frame[^1]);
        ReadResult whole = await commands.ReadAtLeastAsync(frame.Length, Bounded.Token);
        Assert.True(TryTake(whole.Buffer, out byte[] command, out SequencePosition end));
        commands.AdvanceTo(end);
        Assert.Equal("hello"u8, command);

        static bool TryTake(ReadOnlySequence<byte> bytes, out byte[] command, out SequencePosition end)
        {
            (command, end) = ([], bytes.Start);
            if (bytes.Length < sizeof(int))
                return false;

            int length = BinaryPrimitives.ReadInt32BigEndian(bytes.Slice(0, sizeof(int)).ToArray());
            if (bytes.Length - sizeof(int) < length)
                return false;

            command = bytes.Slice(sizeof(int)).ToArray();
            end = bytes.End;
            return true;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WaitForReadyRead_BytesComeWhileItWaits_TellsAndLeavesThem(bool asynchronous)
    {
        using LocalPair pair = LocalPair.Create();
        Task<bool> waiting = Wait(pair.Client, asynchronous, out Task started);
        await started.Within();

        pair.Server.Write("abc"u8);

        Assert.True(await waiting.Within());
        Assert.Equal('a', pair.Client.ReadByte());
        Assert.Equal(2, pair.Client.Available);
        Assert.True(pair.Client.WaitForReadyRead(TimeSpan.Zero));
        Assert.True(await pair.Client.WaitForReadyReadAsync(Bounded.Token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WaitForReadyReadOnDisconnected_PeerEndsWhileItWaits_IsFalseAndTheStateSaysWhy(bool asynchronous)
    {
        using LocalPair pair = LocalPair.Create();
        Task<bool> waiting = Wait(pair.Client, asynchronous, out Task started);
        await started.Within();

        pair.Server.CompleteWrites();

        Assert.False(await waiting.Within());
        Assert.Equal(LocalSocketState.Closing, pair.Client.State);
        Assert.False(pair.Client.WaitForReadyRead(Timeout.InfiniteTimeSpan));
        pair.Client.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pair.Client.WaitForReadyRead(TimeSpan.Zero));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pair.Client.WaitForReadyReadAsync(Bounded.Token).Within());
    }

    [Fact]
    public void WaitForReadyRead_PeerClosedWithBytesUnread_FailsAsPeerClosed()
    {
        using LocalPair pair = LocalPair.Create();
        pair.Client.Write("never read"u8);
        pair.Server.Dispose();

        var error = Assert.Throws<LocalSocketException>(() => pair.Client.WaitForReadyRead(Bounded.Limit));
        Assert.Equal(LocalSocketError.PeerClosed, error.Error);
        Assert.Equal(LocalSocketState.Disconnected, pair.Client.State);
    }

    [Fact]
    public async Task WaitForReadyRead_OwnDisposeWhileItWaits_ThrowsObjectDisposed()
    {
        foreach (bool asynchronous in new[] { false, true })
        {
            using LocalPair pair = LocalPair.Create();
            Task<bool> waiting = Wait(pair.Client, asynchronous, out Task started);
            await started.Within();

            pair.Client.Dispose();

            await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting.Within());
        }
    }

    [Fact]
    public void WaitForDisconnect_ThisSideDisconnects_BothSidesAreTold()
    {
        using LocalPair pair = LocalPair.Create();
        pair.Client.CompleteWrites();
        Assert.False(pair.Server.WaitForDisconnected(TimeSpan.Zero), "Only one direction has ended.");

        pair.Client.Disconnect();

        Assert.True(pair.Client.WaitForDisconnected(Bounded.Limit));
        Assert.True(pair.Server.WaitForDisconnected(Bounded.Limit));
        Assert.Equal(LocalSocketState.Disconnected, pair.Server.State);
        pair.Client.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pair.Client.WaitForDisconnected(TimeSpan.Zero));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WaitForDisconnectByServer_ServerGoesWhileItWaits_IsToldAndTheRestCanBeRead(bool byDispose)
    {
        using LocalPair pair = LocalPair.Create();
        TaskCompletionSource started = new();
        Task<bool> waiting = Bounded.OnThread(() =>
        {
            started.SetResult();
            return pair.Client.WaitForDisconnected(Bounded.Limit);
        });
        await started.Task.Within();

        pair.Server.Write("last words"u8);
        if (byDispose)
            pair.Server.Dispose();
        else
            pair.Server.Disconnect();

        Assert.True(await waiting.Within());
        Assert.Equal(LocalSocketState.Disconnected, pair.Client.State);
        Assert.Equal(10, pair.Client.Available);
        using StreamReader rest = new(pair.Client);
        Assert.Equal("last words", await rest.ReadToEndAsync(Bounded.Token));
    }

    [Fact]
    public async Task DelayedDisconnect_BytesStillOnTheWay_ArriveBeforeTheEnd()
    {
        const int Size = 4 << 20;
        using LocalPair pair = LocalPair.Create();
        Task sending = SendAndDisconnectAsync();
        Assert.False(sending.IsCompleted);

        using MemoryStream received = new();
        await pair.Server.CopyToAsync(received, Bounded.Token);

        Assert.Equal(Size, received.Length);
        await sending.Within();
        Assert.Equal(LocalSocketState.Disconnected, pair.Client.State);

        async Task SendAndDisconnectAsync()
        {
            await pair.Client.WriteAsync(new byte[Size], Bounded.Token);
            pair.Client.Disconnect();
        }
    }

    [Fact]
    public void RecycleClientSocket_SameOptionsAgain_ConnectToTheSameServer()
    {
        using ScratchDirectory scratch = new();
        using LocalServer server = LocalServer.Listen(scratch["again"]);
        LocalSocketOptions options = new() { Name = scratch["again"] };
        for (byte i = 0; i < 3; i++)
        {
            using LocalSocket client = LocalSocket.Connect(options);
            using LocalSocket accepted = server.Accept();
            client.WriteByte(i);
            Assert.Equal(i, accepted.ReadByte());
            client.Disconnect();
            Assert.Equal(-1, accepted.ReadByte());
        }
    }

    [Fact]
    public async Task BytesWrittenSignal_WriteCompletes_WhenTheBytesAreTheKernels()
    {
        using LocalPair pair = LocalPair.Create();
        await pair.Client.WriteAsync("taken"u8.ToArray(), Bounded.Token);
        Assert.Equal(5, pair.Server.Available);

        Task large = pair.Client.WriteAsync(new byte[4 << 20], Bounded.Token).AsTask();
        Assert.False(large.IsCompleted);
        await pair.Server.ReadExactlyAsync(new byte[5 + (4 << 20)], Bounded.Token);

        await large.Within();
        pair.Client.Flush();
        Assert.Equal(0, pair.Server.Available);
    }

    [Fact]
    public async Task SyncDisconnectNotify_ReadThatBlocks_ReturnsTheEnd()
    {
        using LocalPair pair = LocalPair.Create();
        TaskCompletionSource started = new();
        Task<int> reading = Bounded.OnThread(() =>
        {
            started.SetResult();
            return pair.Client.ReadByte();
        });
        await started.Task.Within();

        pair.Server.Dispose();

        Assert.Equal(-1, await reading.Within());
        Assert.True(pair.Client.WaitForDisconnected(TimeSpan.Zero));
    }

    [Fact]
    public async Task AsyncDisconnectNotify_ReadThatWaits_CompletesWithTheEnd()
    {
        using LocalPair pair = LocalPair.Create();
        Task<int> reading = pair.Client.ReadAsync(new byte[1], Bounded.Token).AsTask();
        Assert.False(reading.IsCompleted);

        pair.Server.Dispose();

        Assert.Equal(0, await reading.Within());
        Assert.True(pair.Client.WaitForDisconnected(TimeSpan.Zero));
    }

    private static Task<bool> Wait(LocalSocket socket, bool asynchronous, out Task started)
    {
        TaskCompletionSource begun = new();
        started = begun.Task;
        if (asynchronous)
        {
            Task<bool> waiting = socket.WaitForReadyReadAsync(Bounded.Token).AsTask();
            begun.SetResult();
            return waiting;
        }

        return Bounded.OnThread(() =>
        {
            begun.SetResult();
            return socket.WaitForReadyRead(Bounded.Limit);
        });
    }
}
