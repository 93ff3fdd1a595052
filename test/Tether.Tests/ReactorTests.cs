using System.Globalization;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Tether.Client;
using Tether.Platform.Linux;
using Tether.Protocol;
using Tether.Records;

namespace Tether.Tests;

/// <summary>The threads that wait for sockets: what they watch for, and whose code they run.</summary>
[Collection(AloneCollection.Name)]
[SupportedOSPlatform("linux")]
public sealed class ReactorTests
{
    private const uint EdgeTriggered = 0x8000_0000;

    /// <summary>By level, the end of a socket that nobody waits for would be told for ever.</summary>
    [Fact]
    public async Task SocketThatNobodyReads_IsWatchedByEdge()
    {
        using LocalPair pair = LocalPair.Create();
        await ReadOneAsync(pair);
        pair.Server.WriteByte(2);

        Assert.True(SpinWait.SpinUntil(() => (Watched(pair.Client.SafeHandle) & Libc.EPOLLIN) == 0, Bounded.Limit));
        Assert.Equal(EdgeTriggered, Watched(pair.Client.SafeHandle) & EdgeTriggered);
        Assert.Equal(2, pair.Client.ReadByte());
    }

    [Fact]
    public async Task SocketThatWasWrittenTo_IsWatchedByEdge()
    {
        using LocalPair pair = LocalPair.Create();
        byte[] much = new byte[1 << 20];
        ValueTask writing = pair.Client.WriteAsync(much, Bounded.Token);
        await pair.Server.ReadExactlyAsync(much, Bounded.Token);
        await writing;

        Assert.True(SpinWait.SpinUntil(() => (Watched(pair.Client.SafeHandle) & Libc.EPOLLOUT) == 0, Bounded.Limit));
        Assert.Equal(EdgeTriggered, Watched(pair.Client.SafeHandle) & EdgeTriggered);
    }

    /// <summary>The reactor is not told of it, or a thread more would be woken, and perhaps started, for each handle that is let go of.</summary>
    [Fact]
    public async Task Dispose_NobodyUsesIt_EndsOnThisThread()
    {
        for (int i = 0; i < 3000; i++)
        {
            using FakeKeeper fake = new(logger: null);
            Assert.True(await Bounded.OnThread(() => fake.Connection.DisposeAsync().AsTask().IsCompletedSuccessfully));
        }
    }

    /// <summary>It is interrupted through a descriptor of its own, which many handles' would not leave to the collector.</summary>
    [Fact]
    public async Task Dispose_AThreadHasWaited_LeavesNoDescriptor()
    {
        int before = Events();
        for (int i = 0; i < 20; i++)
        {
            using FakeKeeper fake = new(logger: null);
            TaskCompletionSource waitedFor = new();
            Task waiting = Bounded.OnThread(() => fake.Connection.WaitFor(waitedFor.Task));
            Assert.True(SpinWait.SpinUntil(() => Events() > before, Bounded.Limit));
            await fake.Connection.DisposeAsync().Within();
            waitedFor.SetResult();
            await waiting.Within();
            Assert.Equal(before, Events());
        }
    }

    /// <summary>A copy of the descriptor would keep it in the epoll (epoll(7)).</summary>
    [Fact]
    public async Task SocketThatIsDisposed_IsNotWatchedThoughACopyIsOpen()
    {
        using LocalPair pair = LocalPair.Create();
        await ReadOneAsync(pair);
        int number = (int)pair.Client.SafeHandle.DangerousGetHandle();
        using SafeFileHandle copy = new(Libc.Fcntl(pair.Client.SafeHandle, Libc.F_DUPFD_CLOEXEC, 0), ownsHandle: true);
        pair.Client.Dispose();

        Assert.Null(Watched(number));
    }

    [Fact]
    public async Task GetResult_AskedForTwice_LeavesTheNextReadAlone()
    {
        using LocalPair pair = LocalPair.Create();
        byte[] buffer = new byte[8];
        ValueTask<int> first = pair.Client.ReadAsync(buffer, Bounded.Token);
        pair.Server.WriteByte(1);
        Assert.Equal(1, await first);
        ValueTask<int> second = pair.Client.ReadAsync(buffer, Bounded.Token);
        Assert.Throws<InvalidOperationException>(() => first.GetAwaiter().GetResult());
        pair.Server.Write([2, 3]);

        Assert.Equal(2, await second);
    }

    [Fact]
    public async Task GetResult_AskedForTooEarly_LeavesTheReadAlone()
    {
        using LocalPair pair = LocalPair.Create();
        ValueTask<int> reading = pair.Client.ReadAsync(new byte[8], Bounded.Token);
        Assert.Throws<InvalidOperationException>(() => reading.GetAwaiter().GetResult());
        pair.Server.Write([2, 3]);

        Assert.Equal(2, await reading);
    }

    [Fact]
    public async Task KeeperBreaksTheProtocol_ThreadThatReceives_GoesOn()
    {
        using FakeKeeper fake = new(null);
        Task woken = fake.Connection.Outputs[0].WaitAsync(0, reader: null, blocks: true, out _);
        Task waiting = Bounded.OnThread(() => fake.Connection.WaitFor(woken));
        // The thread has taken over.
        Assert.True(SpinWait.SpinUntil(() => (Watched(fake.Client) & Libc.EPOLLIN) == 0, Bounded.Limit));

        // A frame beyond the limit; the connection stays open, and nothing more is sent.
        fake.Keeper.Send([255, 255, 255, 255, 1]);

        await waiting.Within();
        await fake.Connection.DisposeAsync();
    }

    /// <summary>The thread gives the connection back to the reactor, which may have let go of it by then.</summary>
    [Fact]
    public async Task DisposeAsync_ThreadReceives_ThreadGoesOn()
    {
        for (int i = 0; i < 100; i++)
        {
            using FakeKeeper fake = new(null);
            Task woken = fake.Connection.Outputs[0].WaitAsync(0, reader: null, blocks: true, out _);
            Task waiting = Bounded.OnThread(() => fake.Connection.WaitFor(woken));
            Assert.True(SpinWait.SpinUntil(() => (Watched(fake.Client) & Libc.EPOLLIN) == 0, Bounded.Limit));

            await fake.Connection.DisposeAsync();

            await waiting.Within();
        }
    }

    [Fact]
    public async Task DisposeAsync_RequestWaits_DoesNotRunItsCaller()
    {
        using FakeKeeper fake = new(null);
        using ManualResetEventSlim disposed = new();
        Task<bool> request = RequestAsync();
        Assert.Equal(5, await fake.Keeper.ReceiveAsync(new byte[5], Bounded.Token));

        await Bounded.OnThread(() => fake.Connection.DisposeAsync().AsTask().GetAwaiter().GetResult()).Within();
        disposed.Set();

        Assert.True(await request, "The disposal waited for the code of who had asked.");

        async Task<bool> RequestAsync()
        {
            await Assert.ThrowsAnyAsync<Exception>(() => fake.Connection.RequestAsync(_ => [0, 0, 0, 0, 200], CancellationToken.None)).ConfigureAwait(false);
            return disposed.Wait(Bounded.Limit / 2);
        }
    }

    /// <summary>What goes on with the disposal may wake others, and must not hold them back.</summary>
    [Fact]
    public async Task DisposeAsync_ReactorSeesTheEndFirst_GoesOnWhereOthersAreWoken()
    {
        using GatedLogger logger = new();
        using FakeKeeper fake = new(logger);
        fake.Disposing.Cancel();
        fake.Keeper.Shutdown(SocketShutdown.Both);
        Assert.True(await Bounded.OnThread(() => logger.Entered.Wait(Bounded.Limit)));

        Task<bool> disposing = DisposeAsync();
        Assert.False(disposing.IsCompleted);
        logger.Gate.Set();

        Assert.True(await disposing.Within());

        async Task<bool> DisposeAsync()
        {
            await fake.Connection.DisposeAsync().ConfigureAwait(false);
            OutputFlow other = new(OutputStream.StandardOutput);
            Task woken = other.WaitAsync(0, reader: null, blocks: false, out _);
            other.WakeAll();
            return woken.Wait(Bounded.Limit / 2);
        }
    }

    private static uint Watched(System.Runtime.InteropServices.SafeHandle socket) => Watched((int)socket.DangerousGetHandle()) ?? Libc.EPOLLIN;

    /// <summary>The events that an epoll of this process watches the descriptor for (proc_pid_fdinfo(5)); null when none does.</summary>
    private static uint? Watched(int descriptor)
    {
        string wanted = descriptor.ToString(CultureInfo.InvariantCulture);
        foreach (string file in Directory.EnumerateFiles("/proc/self/fdinfo"))
        {
            foreach (string line in Lines(file))
            {
                string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (words is ["tfd:", var number, "events:", var events, ..] && number == wanted)
                    return uint.Parse(events, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            }
        }

        return null;
    }

    /// <summary>None of a descriptor that was closed meanwhile.</summary>
    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static int Events() =>
        Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(file => new FileInfo(file).LinkTarget == "anon_inode:[eventfd]");

    /// <summary>From here on the reactor watches the client's socket.</summary>
    private static async Task ReadOneAsync(LocalPair pair)
    {
        ValueTask<int> reading = pair.Client.ReadAsync(new byte[1], Bounded.Token);
        pair.Server.WriteByte(1);
        Assert.Equal(1, await reading);
    }

    private sealed class FakeKeeper : IDisposable
    {
        private readonly ScratchDirectory _scratch = new();

        internal FakeKeeper(ILoggerFactory? logger)
        {
            using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint(_scratch["keeper"]));
            listener.Listen();
            Client = UnixConnector.CreateSocket(nonBlocking: false);
            Assert.Equal(0, UnixAddress.Of(_scratch["keeper"], LocalNamespace.Private).Connect(Client));
            Keeper = listener.Accept();
            RecordFile record = new()
            {
                Version = 1,
                Name = "none",
                Program = "/bin/true",
                Arguments = [],
                WorkingDirectory = "/",
                Lifetime = default,
                OutputWindow = 4096,
                WhenFull = default,
                StopGraceMilliseconds = 0,
                BootId = "",
                KeeperProcessId = 1,
                KeeperStartTicks = 0,
            };
            KeeperSocket socket = new(Client);
            Connection = new KeeperConnection(
                socket, new FrameReader(socket), record, new TetherOptions { HomeDirectory = _scratch["home"], LoggerFactory = logger });
        }

        internal SafeFileHandle Client { get; }

        internal Socket Keeper { get; }

        internal KeeperConnection Connection { get; }

        internal CancellationTokenSource Disposing => Connection.Disposing;

        public void Dispose()
        {
            Keeper.Dispose();
            Client.Dispose();
            _scratch.Dispose();
        }
    }

    /// <summary>The first wait on a socket looks again before it sleeps (decision 21); what comes meanwhile on another thread is not lost on it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ReadAsync_CancelledOrDisposedWhileItLooks_EndsAndTakesNothing(bool dispose)
    {
        for (int i = 0; i < 200; i++)
        {
            using LocalPair pair = LocalPair.Create();
            using CancellationTokenSource cancel = new();
            using ManualResetEventSlim begins = new();
            Task other = Bounded.OnThread(() =>
            {
                begins.Wait(Bounded.Limit);
                if (dispose)
                    pair.Client.Dispose();
                else
                    cancel.Cancel();
            });
            begins.Set();
            Exception? error = await Record.ExceptionAsync(() => pair.Client.ReadAsync(new byte[1], cancel.Token).Within());
            await other.Within();
            if (dispose)
            {
                Assert.IsType<ObjectDisposedException>(error);
                continue;
            }

            Assert.IsType<OperationCanceledException>(error, exactMatch: false);
            pair.Server.WriteByte(7);
            Assert.Equal(7, pair.Client.ReadByte());
        }
    }

    /// <summary>Tells that something is being logged, and lets it go on when told.</summary>
    private sealed class GatedLogger : ILoggerFactory, ILogger
    {
        internal ManualResetEventSlim Entered { get; } = new();

        internal ManualResetEventSlim Gate { get; } = new();

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Entered.Set();
            Gate.Wait(Bounded.Limit);
        }

        public void Dispose()
        {
            Entered.Dispose();
            Gate.Dispose();
        }
    }
}
