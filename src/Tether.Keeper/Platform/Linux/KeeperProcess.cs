using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Tether.Launching;
using Tether.Platform.Linux;
using Tether.Protocol;
using Tether.Records;

namespace Tether.Keeper.Platform.Linux;

/// <summary>
/// How a keeper becomes nobody's child. The launcher starts it with the word "fork". Compiled ahead of time, it forks before its runtime is
/// started (detach.c) and comes here with "keep". Framework-dependent, it comes here with "fork" and starts itself a second time. The first
/// copy exits, so that the second is re-parented to the init process or the nearest subreaper. Both are leaders of sessions of their own,
/// have /dev/null for standard streams, "/" for a working directory and no descriptor of the launcher's but the private connection.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class KeeperProcess
{
    /// <summary>A keeper ends when its program has ended. What ends whole sessions or is meant for the user's other processes does not end it; the
    /// launcher's limits on CPU time and file sizes are the program's, and for the keeper a write past the latter is an error like a full disk.</summary>
    private static readonly int[] IgnoredSignals = [Libc.SIGHUP, Libc.SIGINT, Libc.SIGQUIT, Libc.SIGTERM, Libc.SIGPIPE, Libc.SIGXCPU, Libc.SIGXFSZ];

    /// <summary>The first copy of a framework-dependent keeper.</summary>
    internal static int Launch(string name)
    {
        // With glibc the launcher's spawn has closed everything already; with musl the second copy gets nothing by this, and the first
        // ends at once. Not closed here: a framework-dependent keeper's runtime has descriptors of its own, which its compiler needs.
        _ = Libc.CloseRange(StartChannel.Descriptor + 1, uint.MaxValue, Libc.CLOSE_RANGE_CLOEXEC);
        using SafeFileHandle socket = new(StartChannel.Descriptor, ownsHandle: true);
        PosixSpawn keeper = new()
        {
            Path = "/proc/self/exe"u8.ToArray(),
            Arguments = ["tether-keeper"u8.ToArray(), "keep"u8.ToArray(), Encoding.UTF8.GetBytes(name)],
            Environment = [.. RuntimeEnvironment.Variables()],
            Descriptors = [null, null, null, socket],
            BlockedSignals = KeeperSignals.Blocked,
        };
        int errno = keeper.Start(out _);
        if (errno != 0)
        {
            new StartChannel(socket).AnswerFailure(new StartFailedException(
                StartFailures.IsOutOfResources(errno) ? StartFailure.OutOfResources : StartFailure.KeeperFailed, errno, $"the keeper could not start itself again: {Errno.Text(errno)}"));
        }

        return errno;
    }

    internal static int Keep()
    {
        foreach (int signal in IgnoredSignals)
        {
            _ = Libc.Signal(signal, Libc.SIG_IGN);
        }

        SetProcessName();
        RaiseDescriptorLimit();
        StartChannel channel = new(new SafeFileHandle(StartChannel.Descriptor, ownsHandle: true));
        try
        {
            // The program must not inherit the connection: it is close-on-exec from here, as everything that the keeper opens.
            if (Libc.Fcntl(channel.Socket, Libc.F_SETFD, Libc.FD_CLOEXEC) < 0)
            {
                throw Errno.Failed("fcntl(F_SETFD)", "the start channel");
            }

            if (channel.Receive() is not { } request || channel.IsGivenUp)
            {
                return 0;
            }

            FaultPoint.Plan(request is StartRequest { Home: var home } ? home : ((AdoptRequest)request).Home);
            FaultPoint.Reach("request-received");
            using EventLoop loop = CreateLoop();
            using (KeptProgram program = request is StartRequest start ? KeptProgram.Start(start, channel.Launcher, channel.Descriptors) : KeptProgram.Adopt((AdoptRequest)request))
            {
                FaultPoint.Reach("before-answer");
                // The launcher knows the arguments, and a frame is too small for all that they may be.
                channel.Answer(ProtocolJson.Frame(FrameType.Started, new StartedMessage { Record = program.Record.File with { Arguments = [] } }));
                FaultPoint.Reach("start-answered");
                ReturnMemory();
                loop.Run(program, channel.Socket, isTie: request is StartRequest { Lifetime: ProcessLifetime.TiedToLauncher });
            }

            // The record is let go of by now: a client that is slow to read keeps nobody else waiting.
            loop.CloseClients();
            return 0;
        }
        catch (StartFailedException failure)
        {
            channel.AnswerFailure(failure);
            return 1;
        }
        catch (ProtocolException error)
        {
            channel.AnswerFailure(new StartFailedException(StartFailure.KeeperFailed, 0, error.Message));
            return 1;
        }
    }

    private static EventLoop CreateLoop()
    {
        try
        {
            return new EventLoop();
        }
        catch (IOException error)
        {
            throw new StartFailedException(StartFailure.OutOfResources, error.HResult, "its keeper could not be set up: " + error.Message, error);
        }
    }

    /// <summary>Each client costs a descriptor. The program gets the launcher's own limit (<see cref="KeptProgram"/>).</summary>
    private static unsafe void RaiseDescriptorLimit()
    {
        Libc.ResourceLimit limit = default;
        if (Libc.GetResourceLimit(Libc.RLIMIT_NOFILE, &limit) == 0 && limit.Soft < limit.Hard)
        {
            limit.Soft = limit.Hard;
            _ = Libc.SetResourceLimit(Libc.RLIMIT_NOFILE, &limit);
        }
    }

    /// <summary>Started through /proc/self/exe, it would be "exe" in ps(1) and top(1).</summary>
    private static unsafe void SetProcessName()
    {
        fixed (byte* name = "tether-keeper"u8)
        {
            _ = Libc.Prctl(Libc.PR_SET_NAME, (nint)name, 0, 0, 0);
        }
    }

    /// <summary>
    /// The start has made nearly all the garbage that a keeper ever makes, request and JSON; after it a keeper may be idle for weeks. The
    /// launcher has its answer already. What clients make is given back when the last one goes (<see cref="EventLoop"/>).
    /// </summary>
    internal static void ReturnMemory() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
