using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Journal;
using Tether.Platform.Linux;
using Tether.Protocol;

namespace Tether.Keeper.Platform.Linux;

/// <summary>
/// The keeper's one thread: it waits for whatever happens first and tells the session. An idle keeper waits without a time-out and makes
/// no system call. Owners: this class has the epoll descriptor, the signalfd and the clients' sockets; <see cref="KeptProgram"/> the FIFOs,
/// <see cref="KeeperRecord"/> the files.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed partial class EventLoop : IDisposable
{
    private const ulong EndpointTag = 1;
    private const ulong SignalsTag = 2;
    private const ulong InputTag = 3;
    private const ulong OutputTag = 4;
    private const ulong ErrorTag = 5;
    private const ulong ProgramTag = 6;
    private const ulong LauncherTag = 7;
    private const ulong FirstClientTag = 16;

    private const int BufferSize = StreamJournal.MaximumPiece;

    /// <summary>Clients have this long to say hello, in milliseconds; a connection that says nothing would hold a place for ever.</summary>
    private const int HelloTime = 10_000;

    private readonly Epoll _epoll = new();
    private readonly SafeFileHandle _signals;
    private readonly Dictionary<ulong, SocketClient> _clients = [];
    private readonly HashSet<OutputStream> _unwatched = [];
    // Native, so that an idle keeper has touched none of it.
    private readonly unsafe byte* _buffer = (byte*)NativeMemory.Alloc(BufferSize);
    private KeptProgram _program = null!;
    private Session _session = null!;
    private ulong _nextClient = FirstClientTag;
    private SafeFileHandle? _launcher;
    private long _allocatedAtReturn;

    /// <summary>Takes the descriptors that it needs: before the program is started, so that nothing can fail after.</summary>
    internal unsafe EventLoop()
    {
        Libc.SignalSet set = default;
        set.Add(Libc.SIGCHLD);
        set.Add(Libc.SIGUSR1);
        _signals = Libc.SignalDescriptor(-1, &set, Libc.O_CLOEXEC | Libc.O_NONBLOCK);
        if (_signals.IsInvalid)
        {
            throw Errno.Failed("signalfd", "the event loop");
        }
    }

    /// <summary>Keeps the program until it has ended. <paramref name="client"/> is the first client's connection: its launcher's, when it was just started.</summary>
    internal void Run(KeptProgram program, SafeFileHandle client, bool isTie)
    {
        _program = program;
        program.Loop = this;
        _allocatedAtReturn = GC.GetAllocatedBytesForCurrentThread();
        KeeperRecord record = program.Record;
        _session = new Session(program, record.Journal, TimeSpan.FromMilliseconds(record.File.StopGraceMilliseconds), TimeProvider.System);
        _epoll.Add(_signals, Libc.EPOLLIN, SignalsTag);
        _epoll.Add(record.Endpoint.Socket, Libc.EPOLLIN, EndpointTag);
        if (program.Input is { } input)
        {
            // Without an event asked for, EPOLLERR still tells when the program closes its input.
            _epoll.Add(input, 0, InputTag);
        }

        foreach (OutputStream stream in (ReadOnlySpan<OutputStream>)[OutputStream.StandardOutput, OutputStream.StandardError])
        {
            if (Pipe(stream) is { } pipe)
            {
                _epoll.Add(pipe.Fifo, Libc.EPOLLIN, TagOf(stream));
            }
        }

        AddClient(client, isWelcome: true, isTie);
        if (program.Processes is AdoptedProcesses adopted)
        {
            TakeUp(adopted);
        }

        Run();
    }

    /// <summary>What happened while the program had no keeper, and what no SIGCHLD will tell.</summary>
    private void TakeUp(AdoptedProcesses processes)
    {
        if (processes.ExitWatch is { } pidfd)
        {
            _epoll.Add(pidfd, Libc.EPOLLIN, ProgramTag);
        }

        if (_session.IsInputOpen && _program.Input is null)
        {
            _session.OnInputBroken();
        }

        foreach (OutputStream stream in (ReadOnlySpan<OutputStream>)[OutputStream.StandardOutput, OutputStream.StandardError])
        {
            if (Pipe(stream) is { } pipe)
            {
                if (!pipe.Recovered.IsEmpty)
                {
                    _session.OnOutput(stream, pipe.Recovered);
                }

                if (pipe.WasOrphaned)
                {
                    _session.OnOutputLost();
                }
            }
        }

        if (_program.Record.File.Lifetime == ProcessLifetime.TiedToLauncher)
        {
            _launcher = ProcessHandle.Open(_program.Record.File.LauncherProcessId, _program.Record.File.LauncherStartTicks);
            if (_launcher is null)
            {
                _session.OnTieEnded();
            }
            else
            {
                _epoll.Add(_launcher, Libc.EPOLLIN, LauncherTag);
            }
        }

        ReapProcesses();
    }

    private void Run()
    {
        // The program may have ended before its SIGCHLD could be seen here; it is pending then, and the first wait returns at once.
        while (!_session.IsOver)
        {
            int count = _epoll.Wait(Timeout());
            // Output first: what the program wrote before it closed its input, or ended, is known before that.
            for (int i = 0; i < count; i++)
            {
                if (_epoll.Event(i).Tag is OutputTag or ErrorTag)
                {
                    Dispatch(_epoll.Event(i));
                }
            }

            for (int i = 0; i < count; i++)
            {
                if (_epoll.Event(i).Tag is not (OutputTag or ErrorTag))
                {
                    Dispatch(_epoll.Event(i));
                }
            }

            _session.OnDeadline();
            OnOwnDeadlines();
            SweepClients();
        }

        _program.Record.End();
    }

    public unsafe void Dispose()
    {
        NativeMemory.Free(_buffer);
        foreach (SocketClient client in _clients.Values)
        {
            client.Dispose();
        }

        _launcher?.Dispose();
        _signals.Dispose();
        _epoll.Dispose();
    }

    internal void WatchInput(bool writable)
    {
        if (_program.Input is { } input)
        {
            _epoll.Modify(input, writable ? Libc.EPOLLOUT : 0, InputTag);
        }
    }

    /// <summary>A descriptor is about to be closed.</summary>
    internal void Forget(SafeFileHandle file) => _epoll.Remove(file);

    /// <summary>A FIFO that is not asked for anything still tells when its last writer is gone (EPOLLHUP).</summary>
    internal void PauseOutput(OutputStream stream, bool paused)
    {
        SafeFileHandle fifo = Pipe(stream)!.Fifo;
        uint events = paused ? 0 : Libc.EPOLLIN;
        if (_unwatched.Remove(stream))
        {
            _epoll.Add(fifo, events, TagOf(stream));
        }
        else
        {
            _epoll.Modify(fifo, events, TagOf(stream));
        }
    }

    private static ulong TagOf(OutputStream stream) => stream == OutputStream.StandardOutput ? OutputTag : ErrorTag;

    private static long Now => Environment.TickCount64;

    private OutputPipe? Pipe(OutputStream stream) => _program.Outputs[(int)stream - 1];

    private int Timeout()
    {
        long deadline = long.MaxValue;
        foreach (OutputPipe? pipe in _program.Outputs)
        {
            deadline = Math.Min(deadline, pipe?.Size.ShrinkDeadline ?? long.MaxValue);
        }

        foreach (SocketClient client in _clients.Values)
        {
            deadline = Math.Min(deadline, Math.Min(client.HelloDeadline, client.CloseDeadline));
        }

        int own = deadline == long.MaxValue ? -1 : (int)Math.Clamp(deadline - Now, 0, int.MaxValue);
        int sessions = _session.MillisecondsToDeadline;
        return own < 0 || sessions < 0 ? Math.Max(own, sessions) : Math.Min(own, sessions);
    }

    private void Dispatch((uint Events, ulong Tag) happened)
    {
        switch (happened.Tag)
        {
            case SignalsTag:
                OnSignals();
                break;
            case EndpointTag:
                AcceptClients();
                break;
            case InputTag:
                OnInput(happened.Events);
                break;
            case OutputTag:
                OnOutput(OutputStream.StandardOutput, happened.Events);
                break;
            case ErrorTag:
                OnOutput(OutputStream.StandardError, happened.Events);
                break;
            case ProgramTag:
                // Level-triggered: it has told what it can.
                _epoll.Remove(_program.Processes.ExitWatch!);
                ReapProcesses();
                break;
            case LauncherTag:
                _epoll.Remove(_launcher!);
                _session.OnTieEnded();
                break;
            default:
                OnClient(happened.Tag, happened.Events);
                break;
        }
    }

    private void OnOwnDeadlines()
    {
        foreach (OutputPipe? pipe in _program.Outputs)
        {
            pipe?.OnDeadline(Now);
        }

        foreach (SocketClient client in _clients.Values)
        {
            if (client.IsWelcome)
            {
                client.HelloDeadline = long.MaxValue;
            }
            else if (Now >= client.HelloDeadline)
            {
                _session.Refuse(client, new ProtocolException("hello-expected", $"No hello came within {HelloTime / 1000} seconds."));
            }
        }
    }
}
