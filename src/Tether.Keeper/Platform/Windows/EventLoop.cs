using System.Runtime.Versioning;
using Tether.Platform.Windows;
using Tether.Protocol;

namespace Tether.Keeper.Platform.Windows;

/// <summary>
/// The keeper's one thread: it waits at the completion port for whatever happens first and tells the session. An idle keeper waits without
/// a time-out. Owners: this class has the port, the clients and the waits; <see cref="KeptProgram"/> the streams and the process,
/// <see cref="KeeperRecord"/> the files.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe partial class EventLoop : IDisposable
{
    /// <summary>The job's messages.</summary>
    internal const nuint JobKey = 1;

    private const nuint ProgramKey = 2;
    private const nuint LauncherKey = 3;

    /// <summary>JOB_OBJECT_MSG_ACTIVE_PROCESS_ZERO.</summary>
    private const uint NoProcessIsLeft = 4;

    /// <summary>Clients have this long to say hello, in milliseconds; a connection that says nothing would hold a place for ever.</summary>
    private const int HelloTime = 10_000;

    /// <summary>In milliseconds: the time after which it is looked whether somebody still holds a paused stream, should no message come.</summary>
    private const int OrphanTime = 5_000;

    private static readonly OutputStream[] Outputs = [OutputStream.StandardOutput, OutputStream.StandardError];

    private readonly List<ProcessWatch> _watches = [];
    private KeptProgram _program = null!;
    private Session _session = null!;
    private bool _hasProgramEnded;

    internal CompletionPort Port { get; } = new();

    private static long Now => Environment.TickCount64;

    /// <summary>Keeps the program until it has ended. <paramref name="channel"/> is its launcher's connection, the first client.</summary>
    internal void Run(KeptProgram program, StartChannel channel)
    {
        _program = program;
        KeeperRecord record = program.Record;
        bool isTie = record.File.Lifetime == ProcessLifetime.TiedToLauncher;
        _session = new Session(program, record.Journal, TimeSpan.FromMilliseconds(record.File.StopGraceMilliseconds), TimeProvider.System);
        program.Input?.Begin(Port, _session);
        program.Outputs[0]?.Begin(Port, _session);
        program.Outputs[1]?.Begin(Port, _session);
        record.Endpoint.Listen(Port, Accept);
        AddClient(channel.Pipe, isWelcome: true, isTie);
        _watches.Add(new ProcessWatch(program.Process.Handle, Port, ProgramKey));
        if (isTie && ProcessIdentity.Open(record.File.LauncherProcessId, record.File.LauncherStartTicks) is { } launcher)
        {
            _watches.Add(new ProcessWatch(launcher, Port, LauncherKey));
        }

        Run();
    }

    public void Dispose()
    {
        _watches.ForEach(watch => watch.Dispose());
        _clients.ForEach(client => client.Dispose());
        Port.Dispose();
    }

    private void Run()
    {
        while (!_session.IsOver)
        {
            int count = Port.Wait(_newcomers.Count > 0 ? 0 : Timeout());
            for (int i = 0; i < count; i++)
            {
                Dispatch(Port.Entry(i));
            }

            WelcomeNewcomers(isQuiet: count == 0);
            ReleaseOrphanedOutputs();
            _session.OnDeadline();
            _program.SendHeldSignals();
            OnHelloDeadlines();
            SweepClients();
        }
    }

    private void Dispatch(Kernel32.CompletionEntry entry)
    {
        switch (entry.Key)
        {
            case CompletionPort.OperationKey:
                PipeOperation.Of(entry.Overlapped).End((int)entry.Bytes);
                break;
            case ProgramKey:
                _hasProgramEnded = true;
                _session.OnProgramEnded(_program.ReadExit());
                break;
            case LauncherKey:
                _session.OnTieEnded();
                break;
            case JobKey when entry.Bytes == NoProcessIsLeft:
                _session.OnProcessEnded();
                break;
        }
    }

    /// <summary>
    /// A stream that is paused has no read in it, which alone would tell of its end. When nobody is left who could write to it, it is read
    /// to its end whether there is a reader or not. Looked at after everything that happens: a stream may also be paused after the last
    /// process has ended.
    /// </summary>
    private void ReleaseOrphanedOutputs()
    {
        if (!_hasProgramEnded || !Outputs.Any(IsPaused) || _program.HasProcesses)
        {
            return;
        }

        foreach (OutputStream stream in Outputs.Where(IsPaused))
        {
            _session.OnOutputOrphaned(stream);
        }
    }

    private bool IsPaused(OutputStream stream) => _session.IsOutputOpen(stream) && _session.IsPaused(stream);

    private int Timeout()
    {
        long deadline = long.MaxValue;
        foreach (PipeClient client in _clients)
        {
            deadline = Math.Min(deadline, Math.Min(client.HelloDeadline, client.CloseDeadline));
        }

        if (_hasProgramEnded && Outputs.Any(IsPaused))
        {
            deadline = Math.Min(deadline, Now + OrphanTime);
        }

        int own = deadline == long.MaxValue ? -1 : (int)Math.Clamp(deadline - Now, 0, int.MaxValue);
        return Sooner(own, Sooner(_session.MillisecondsToDeadline, _program.MillisecondsToLook));

        // -1 is never.
        static int Sooner(int first, int second) => first < 0 || second < 0 ? Math.Max(first, second) : Math.Min(first, second);
    }

    private void OnHelloDeadlines()
    {
        foreach (PipeClient client in _clients)
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
