using Tether.Journal;
using Tether.Protocol;
using Tether.Records;

namespace Tether.Keeper;

/// <summary>
/// The life of one kept program, seen from its keeper: what clients ask, what the program writes, how it ends. It runs on the keeper's one
/// thread, which calls it when something happened and never has to wait in it; so nothing here needs a lock, and no client, reader or disk
/// can hold up another. The parts: input (Session.Input.cs), output (Session.Output.cs), clients (Session.Clients.cs), the end (here).
/// </summary>
internal sealed partial class Session
{
    /// <summary>A process that outlives the program may hold its streams for ever, so the exit waits for their end only this long.</summary>
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan DiskRetry = TimeSpan.FromSeconds(1);

    /// <summary>Where nobody tells that a killed process has ended, it is looked for again after this.</summary>
    private static readonly TimeSpan KillRetry = TimeSpan.FromMilliseconds(50);

    private readonly IKeptProgram _program;
    private readonly SessionJournal _journal;
    private readonly TimeProvider _time;
    private readonly TimeSpan _defaultGrace;
    private readonly OutputState[] _outputs;
    private readonly List<KeeperClient> _clients = [];

    private ExitFile? _ended;
    private long _drainDeadline = long.MaxValue;
    private long _killDeadline = long.MaxValue;
    private long _diskDeadline = long.MaxValue;
    private bool _isStopping;
    private bool _isKilling;
    private bool _isOutputLost;

    internal Session(IKeptProgram program, SessionJournal journal, TimeSpan defaultGrace, TimeProvider time)
    {
        _program = program;
        _journal = journal;
        _time = time;
        _defaultGrace = defaultGrace;
        _outputs = [new(OutputStream.StandardOutput, journal.StandardOutput), new(OutputStream.StandardError, journal.StandardError)];
        InputPosition = journal.Input.Start;
        IsInputOpen = journal.Input.IsOpen;
    }

    /// <summary>The exit that has been published, or null.</summary>
    internal ExitFile? Exit { get; private set; }

    /// <summary>True when the program has ended, its facts are on disk and nobody can write to its streams any more: the keeper ends.
    /// What was asked to stop is waited for.</summary>
    internal bool IsOver => Exit is not null && !_outputs[0].IsOpen && !_outputs[1].IsOpen && !(_isStopping && _program.HasProcesses);

    /// <summary>How long the loop may wait: -1 for ever. An idle session has no deadline.</summary>
    internal int MillisecondsToDeadline
    {
        get
        {
            long deadline = Math.Min(_drainDeadline, Math.Min(_killDeadline, _diskDeadline));
            return deadline == long.MaxValue ? -1 : (int)Math.Clamp((deadline - Now) / TimeSpan.TicksPerMillisecond + 1, 0, int.MaxValue);
        }
    }

    private long Now => _time.GetElapsedTime(0).Ticks;

    internal void OnDeadline()
    {
        long now = Now;
        if (now >= _killDeadline)
        {
            _killDeadline = long.MaxValue;
            Kill();
        }

        if (now >= _drainDeadline)
        {
            _drainDeadline = long.MaxValue;
            PublishExit();
        }

        if (now >= _diskDeadline)
        {
            _diskDeadline = long.MaxValue;
            RetryStalledOutputs();
        }
    }

    /// <summary>The program itself has ended.</summary>
    internal void OnProgramEnded(ExitFile ended)
    {
        _ended = ended;
        _drainDeadline = Now + Drain.Ticks;
        PublishExitIfComplete();
    }

    /// <summary>
    /// A stream had no holder left when the program was taken over. With its last holder the kernel drops what is in a pipe, so what came after
    /// the journal's end, if anything, is not known.
    /// </summary>
    internal void OnOutputLost() => _isOutputLost = true;

    /// <summary>The launcher that the program is tied to is gone.</summary>
    internal void OnTieEnded()
    {
        // Also what a program that has ended left behind is tied.
        if (_ended is null || _program.HasProcesses)
        {
            Stop(_defaultGrace);
        }
    }

    /// <summary>Something that came from the program has ended, or it itself.</summary>
    internal void OnProcessEnded()
    {
        if (_isKilling && _program.HasProcesses)
        {
            // What a killed process had started since it was listed is listed now.
            _program.Signal(SignalNumbers.Kill, tree: true);
        }
    }

    /// <summary>Asks the program and all that came from it to end, and kills what is left after the grace.</summary>
    private void Stop(TimeSpan grace)
    {
        _isStopping = true;
        if (grace <= TimeSpan.Zero)
        {
            Kill();
            return;
        }

        _killDeadline = Math.Min(_killDeadline, Now + grace.Ticks);
        _program.Signal(SignalNumbers.Terminate, tree: true);
        // A stopped process acts on the request only when it is continued.
        _program.Signal(SignalNumbers.Continue, tree: true);
    }

    private void Kill()
    {
        _isKilling = true;
        _program.Signal(SignalNumbers.Kill, tree: true);
        if (!_program.TellsProcessEnds && _program.HasProcesses)
        {
            _killDeadline = Now + KillRetry.Ticks;
        }
    }

    private void PublishExitIfComplete()
    {
        if (_ended is not null && Exit is null && !_outputs[0].IsOpen && !_outputs[1].IsOpen)
        {
            PublishExit();
        }
    }

    private void PublishExit()
    {
        _drainDeadline = long.MaxValue;
        ExitFile exit = _ended! with { OutputComplete = !_outputs[0].IsOpen && !_outputs[1].IsOpen && !_isOutputLost };
        CloseInput();
        _program.WriteExit(exit);
        Exit = exit;
        Broadcast(ProtocolJson.Frame(FrameType.Exited, exit));
    }

    /// <summary>The signals that a session sends by itself.</summary>
    private static class SignalNumbers
    {
        internal const int Kill = 9;
        internal const int Terminate = 15;
        internal const int Continue = 18;
    }
}
