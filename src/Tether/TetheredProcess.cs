using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tether.Client;
using Tether.Journal;
using Tether.Launching;
using Tether.Platform;
using Tether.Protocol;
using Tether.Records;

namespace Tether;

/// <summary>
/// A program that is kept by a keeper of its own: started here, or attached to by its name from this or any other process of the same
/// user. Disposing lets go of it; the program runs on (unless it is tied, see <see cref="ProcessLifetime.TiedToLauncher"/>).
/// </summary>
/// <remarks>
/// All members may be used at once from any thread, and several handles of one program, in one or several processes, do not disturb each
/// other. A cancelled call stops waiting and changes nothing for the program.
/// </remarks>
public sealed partial class TetheredProcess : IAsyncDisposable
{
    private readonly TetherOptions _options;
    private readonly RecordFile _record;
    private readonly KeeperConnection? _connection;
    private readonly JournalReader _journal;

    private TetheredProcess(TetherOptions options, RecordFile record, KeeperConnection? connection)
    {
        _options = options;
        _record = record;
        _connection = connection;
        _journal = new JournalReader(Path.Combine(options.Home, record.Name), record.Name);
        StandardInput = new ProcessInputStream(record.Name, connection, _journal);
        StandardOutput = new ProcessOutput(OutputStream.StandardOutput, record, connection, _journal);
        StandardError = new ProcessOutput(OutputStream.StandardError, record, connection, _journal);
    }

    /// <summary>The name to attach by.</summary>
    public string Name => _record.Name;

    /// <summary>The program's PID. It may be a stranger's once the program has ended: signal by <see cref="SignalAsync(PosixSignal, CancellationToken)"/>, never by this.</summary>
    public int Id => _record.ProcessId;

    /// <summary>The keeper's PID.</summary>
    public int KeeperId => _record.KeeperProcessId;

    /// <summary>When the program was started. UTC.</summary>
    public DateTimeOffset StartTime => _record.StartTime ?? default;

    /// <summary>The program's standard input.</summary>
    public ProcessInputStream StandardInput { get; }

    /// <summary>The program's standard output.</summary>
    public ProcessOutput StandardOutput { get; }

    /// <summary>The program's standard error.</summary>
    public ProcessOutput StandardError { get; }

    /// <summary>The state, as far as this handle was told. It is exact when nothing is under way; <see cref="GetRecord()"/> looks again.</summary>
    public ProcessState State => _connection switch
    {
        { Exited.IsCompletedSuccessfully: true } => ProcessState.Exited,
        { Exited.IsCompleted: false } => ProcessState.Running,
        _ => GetRecord().State,
    };

    /// <summary>
    /// Starts a program with nothing inherited and returns when it runs and its record is on disk, so that any process of the user can
    /// attach to it from then on.
    /// </summary>
    /// <param name="spec">What to start, and how to keep it.</param>
    /// <param name="cancellationToken">Is looked at before the start; a start that is under way goes to its end, which takes milliseconds.</param>
    /// <returns>A handle of the started program.</returns>
    /// <exception cref="ProcessStartException">The program was not started; nothing is left behind.</exception>
    /// <exception cref="ArgumentException">An argument, a path or a variable of the environment cannot be passed on.</exception>
    /// <exception cref="PlatformNotSupportedException">The specification asks for what only another system has.</exception>
    /// <exception cref="UnsafeDirectoryException">The records' directory is not the user's alone.</exception>
    /// <exception cref="RecordNotFoundException">It was started, has ended, and somebody has removed its record already.</exception>
    public static Task<TetheredProcess> StartAsync(ProcessSpec spec, CancellationToken cancellationToken = default) =>
        StartAsync(spec, TetherOptions.Default, cancellationToken);

    /// <inheritdoc cref="StartAsync(ProcessSpec, CancellationToken)"/>
    /// <param name="spec">What to start, and how to keep it.</param>
    /// <param name="options">Where records live, and where the keeper is.</param>
    /// <param name="cancellationToken">Is looked at before the start; a start that is under way goes to its end, which takes milliseconds.</param>
    public static async Task<TetheredProcess> StartAsync(ProcessSpec spec, TetherOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(options);
        KeeperConnection connection = await Launcher.StartAsync(spec, options, cancellationToken).ConfigureAwait(false);
        return await OpenAsync(options, connection.Record.Name, () => connection.Record, connection).ConfigureAwait(false);
    }

    /// <summary>Attaches to a program by its name, whoever started it; also to one that has ended, for its output and exit status.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Stops attaching.</param>
    /// <returns>A handle of the program.</returns>
    /// <exception cref="RecordNotFoundException">There is no such program.</exception>
    /// <exception cref="CorruptRecordException">Its record is damaged.</exception>
    /// <exception cref="ConnectionLostException">Its keeper lives but cannot be reached, does not answer within 20 seconds, or refuses.</exception>
    /// <exception cref="UnsafeDirectoryException">The records' directory is not the user's alone.</exception>
    /// <exception cref="IOException">A file of the record cannot be opened: this process may have no descriptor left.</exception>
    public static Task<TetheredProcess> AttachAsync(string name, CancellationToken cancellationToken = default) =>
        AttachAsync(name, TetherOptions.Default, cancellationToken);

    /// <inheritdoc cref="AttachAsync(string, CancellationToken)"/>
    /// <param name="name">The name.</param>
    /// <param name="options">Where records live.</param>
    /// <param name="cancellationToken">Stops attaching.</param>
    public static async Task<TetheredProcess> AttachAsync(string name, TetherOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        RecordStore store = Require(name, options, out _);
        KeeperConnection? connection = await Attacher.ConnectAsync(store, name, options, cancellationToken).ConfigureAwait(false);
        return await OpenAsync(options, name, () => store.ReadRecordFile(name), connection).ConfigureAwait(false);
    }

    /// <summary>What is known of one program, read from its record without asking its keeper.</summary>
    /// <param name="name">The name.</param>
    /// <param name="options">Where records live; null for the default.</param>
    /// <returns>The record.</returns>
    /// <exception cref="RecordNotFoundException">There is no such program.</exception>
    /// <exception cref="UnsafeDirectoryException">The records' directory is not the user's alone.</exception>
    public static ProcessRecord GetRecord(string name, TetherOptions? options = null)
    {
        Require(name, options ?? TetherOptions.Default, out ProcessRecord record);
        return record;
    }

    /// <summary>
    /// What is known of every program of the user, sorted by name, read from the records without asking any keeper. A damaged record is
    /// listed as <see cref="ProcessState.Lost"/> and says what is wrong with it.
    /// </summary>
    /// <param name="options">Where records live; null for the default.</param>
    /// <param name="cancellationToken">Stops the enumeration.</param>
    /// <returns>The records.</returns>
    /// <exception cref="UnsafeDirectoryException">The records' directory is not the user's alone.</exception>
    public static async IAsyncEnumerable<ProcessRecord> ListAsync(TetherOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (RecordStore.Open((options ?? TetherOptions.Default).Home) is not { } store)
        {
            yield break;
        }

        foreach (string[] names in store.Names().Chunk(RecordStore.ReadTogether))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (ProcessRecord? record in await store.FindAsync(names).ConfigureAwait(false))
            {
                if (record is not null)
                {
                    yield return record;
                }
            }
        }
    }

    /// <summary>
    /// Gives every program whose keeper was killed a new one, which takes over its output, input, signals and exit. Attaching does it for one
    /// program; this is for all, and for a list that tells the truth.
    /// </summary>
    /// <param name="options">Where records live, and where the keeper is; null for the default.</param>
    /// <param name="cancellationToken">Stops between two programs.</param>
    /// <returns>The names of those that have a keeper again, or whose end was found out.</returns>
    /// <exception cref="ProcessStartException">A keeper cannot be started.</exception>
    /// <exception cref="UnsafeDirectoryException">The records' directory is not the user's alone.</exception>
    public static async Task<IReadOnlyList<string>> AdoptAllAsync(TetherOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= TetherOptions.Default;
        List<string> adopted = [];
        if (RecordStore.Open(options.Home) is not { } store)
        {
            return adopted;
        }

        foreach (string name in store.Names())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await AdoptAsync(store, name, options, cancellationToken).ConfigureAwait(false))
            {
                adopted.Add(name);
            }
        }

        return adopted;
    }

    /// <summary>The same for one program. False also when it needs none, or there is no such program.</summary>
    internal static async Task<bool> AdoptAsync(string name, TetherOptions options, CancellationToken cancellationToken) =>
        RecordStore.Open(options.Home) is { } store && await AdoptAsync(store, name, options, cancellationToken).ConfigureAwait(false);

    private static async ValueTask<bool> AdoptAsync(RecordStore store, string name, TetherOptions options, CancellationToken cancellationToken) =>
        Adopter.IsNeeded(store, name)
        && await Adopter.TryAsync(store.Home, name, options, cancellationToken).ConfigureAwait(false);

    /// <summary>Removes the record of a program that has ended, with its output and exit status. Handles that are open read on.</summary>
    /// <param name="name">The name.</param>
    /// <param name="options">Where records live; null for the default.</param>
    /// <exception cref="RecordNotFoundException">There is no such program.</exception>
    /// <exception cref="InvalidOperationException">The program runs, or its keeper still keeps the output of what it left behind.</exception>
    /// <exception cref="UnsafeDirectoryException">The records' directory is not the user's alone.</exception>
    public static void Remove(string name, TetherOptions? options = null)
    {
        options ??= TetherOptions.Default;
        RecordStore store = Require(name, options, out ProcessRecord record);
        if (record is { State: ProcessState.Lost, Problem: null } && Adopter.IsNeeded(store, name) && HostPlatform.Current.IsProgramAlive(store.ReadRecordFile(name)))
        {
            throw new InvalidOperationException($"'{name}' runs, and its keeper was killed. Stop it first ('tether stop {name}', which gives it a new keeper).");
        }

        // The exit is told before the keeper ends, so that who waited for it may come here while the keeper is on its way out:
        // milliseconds, and more on a machine that is busy.
        const long endOfKeeper = 5_000;
        bool isEnding = record is { State: ProcessState.Exited, StandardOutput.IsOpen: false, StandardError.IsOpen: false };
        long deadline = Environment.TickCount64 + (isEnding ? endOfKeeper : 0);
        while (!HostPlatform.Current.TryRemoveRecord(options.Home, name))
        {
            if (Environment.TickCount64 < deadline)
            {
                Thread.Sleep(1);
                continue;
            }

            throw new InvalidOperationException(record.State == ProcessState.Exited
                ? $"'{name}' has ended, but processes that it left behind still hold its output. 'tether kill {name}' ends them; then it can be removed."
                : $"'{name}' is {record.State.ToString().ToLowerInvariant()}. Stop it first ('tether stop {name}').");
        }
    }

    /// <summary>What is known of the program now, read from its record.</summary>
    /// <returns>The record.</returns>
    /// <exception cref="RecordNotFoundException">It was removed, also when another program has the name by now.</exception>
    public ProcessRecord GetRecord()
    {
        ProcessRecord record = GetRecord(Name, _options);
        // A damaged record does not say whose it is.
        bool isAnothers = record.Problem is null && (record.ProcessId != _record.ProcessId || record.StartTime != _record.StartTime);
        return isAnothers ? throw new RecordNotFoundException(Name, _options.Home) : record;
    }

    /// <summary>Sends a signal to the program.</summary>
    /// <param name="signal">The signal: a named one, or a plain number (<see cref="Signals.Parse"/> reads names).</param>
    /// <param name="cancellationToken">Stops waiting for the keeper's answer.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such signal.</exception>
    /// <exception cref="SignalNotSupportedException">This system has no such signal (Windows).</exception>
    /// <exception cref="ProgramEndedException">The program has ended.</exception>
    /// <exception cref="KeeperLostException">The keeper is gone.</exception>
    /// <exception cref="ConnectionLostException">The connection ended.</exception>
    public Task SignalAsync(PosixSignal signal, CancellationToken cancellationToken = default) => SignalAsync(signal, wholeTree: false, cancellationToken);

    /// <inheritdoc cref="SignalAsync(PosixSignal, CancellationToken)"/>
    /// <param name="signal">The signal: a named one, or a plain number (<see cref="Signals.Parse"/> reads names).</param>
    /// <param name="wholeTree">True for the program and every process that came from it; false for the program alone.</param>
    /// <param name="cancellationToken">Stops waiting for the keeper's answer.</param>
    public async Task SignalAsync(PosixSignal signal, bool wholeTree, CancellationToken cancellationToken = default)
    {
        int number = Signals.ToNumber(signal);
        KeeperConnection keeper = Keeper();
        ReplyMessage reply;
        try
        {
            reply = await keeper.RequestAsync(
                id => ProtocolJson.Frame(FrameType.Signal, new SignalMessage { Id = id, Signal = number, Tree = wholeTree }),
                cancellationToken).ConfigureAwait(false);
        }
        catch (ConnectionLostException) when (keeper.Exited.IsCompletedSuccessfully)
        {
            // Its keeper has ended after it.
            throw new ProgramEndedException(Name);
        }

        const int noSuchProcess = 3; // ESRCH
        const int notSupported = 95; // EOPNOTSUPP
        if (reply.Error is not null)
        {
            throw reply.Errno switch
            {
                noSuchProcess => new ProgramEndedException(Name),
                notSupported => new SignalNotSupportedException(Name, Signals.NameOf(number), reply.Error),
                _ => new TetherException(
                    $"Signal {Signals.NameOf(number)} to '{Name}' failed: {reply.Error} ({HostPlatform.Current.ErrorWord} {reply.Errno})"),
            };
        }
    }

    /// <summary>
    /// Asks the program and every process that came from it to end (SIGTERM; on Windows Ctrl+C, and its windows are closed), kills after the grace what is left, and waits for the end.
    /// Cancelling stops waiting; the stop goes on.
    /// </summary>
    /// <param name="grace">How long they have to end by themselves; null takes <see cref="ProcessSpec.StopGrace"/>, zero kills at once.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>How the program ended. A program that has ended already is no error.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The grace is negative or longer than 24 days.</exception>
    /// <exception cref="KeeperLostException">The keeper is gone.</exception>
    /// <exception cref="ConnectionLostException">The connection ended.</exception>
    public async Task<ProcessExitStatus> StopAsync(TimeSpan? grace = null, CancellationToken cancellationToken = default)
    {
        long? milliseconds = grace is { } time ? (long)Grace.Validate(time).TotalMilliseconds : null;
        if (_connection is not null)
        {
            try
            {
                await _connection.RequestAsync(
                    id => ProtocolJson.Frame(FrameType.Stop, new StopMessage { Id = id, GraceMilliseconds = milliseconds }),
                    cancellationToken).ConfigureAwait(false);
            }
            catch (ConnectionLostException) when (_connection.Exited.IsCompletedSuccessfully)
            {
                // It ended before it was asked to.
            }
        }

        return await WaitForExitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Kills the program and every process that came from it (SIGKILL), and waits for the end.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>How the program ended. A program that has ended already is no error.</returns>
    /// <exception cref="KeeperLostException">The keeper is gone.</exception>
    /// <exception cref="ConnectionLostException">The connection ended.</exception>
    public Task<ProcessExitStatus> KillAsync(CancellationToken cancellationToken = default) => StopAsync(TimeSpan.Zero, cancellationToken);

    /// <summary>
    /// Waits until the program has ended and its output is complete; when a process that it left behind holds its output, until two
    /// seconds after its end (<see cref="ProcessExitStatus.OutputComplete"/> is false then).
    /// </summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>How the program ended.</returns>
    /// <exception cref="KeeperLostException">The keeper is gone and left no exit status.</exception>
    /// <exception cref="ConnectionLostException">The connection ended.</exception>
    public async Task<ProcessExitStatus> WaitForExitAsync(CancellationToken cancellationToken = default)
    {
        if (_connection is not null)
        {
            return (await _connection.Exited.WaitAsync(cancellationToken).ConfigureAwait(false)).ToStatus();
        }

        return GetRecord().Exit ?? throw new KeeperLostException(Name);
    }

    /// <summary>Lets go of the program: it runs on, unless it is tied to this handle.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync().ConfigureAwait(false);
        }

        _journal.Dispose();
    }

    private static async Task<TetheredProcess> OpenAsync(TetherOptions options, string name, Func<RecordFile> record, KeeperConnection? connection)
    {
        try
        {
            return new TetheredProcess(options, record(), connection);
        }
        catch (Exception error)
        {
            // A connection that nobody has would hold one of the keeper's places until the process ends.
            if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }

            // It may have ended and been removed meanwhile.
            if (error is CorruptRecordException && RecordStore.Open(options.Home)?.Find(name) is null)
            {
                throw new RecordNotFoundException(name, options.Home);
            }

            throw;
        }
    }

    private static RecordStore Require(string name, TetherOptions options, out ProcessRecord record)
    {
        ArgumentNullException.ThrowIfNull(name);
        RecordName.Validate(name);
        RecordStore? store = RecordStore.Open(options.Home);
        record = store?.Find(name) ?? throw new RecordNotFoundException(name, options.Home);
        return store;
    }

    private KeeperConnection Keeper() =>
        _connection ?? throw (GetRecord().State == ProcessState.Exited ? new ProgramEndedException(Name) : new KeeperLostException(Name));
}
