using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Tether;

/// <summary>
/// What a Unix program can be given beyond the ordinary, applied between the start of its process and that of its executable. What is
/// left out stays as it is for every program: umask, nice value, resource limits and ids are the launcher's.
/// </summary>
/// <remarks>
/// <para>Not here, because every program has it: a session and a process group of its own without a controlling terminal, default signal
/// dispositions, an empty signal mask, and no descriptor that was not passed. Staying in the launcher's session would be a tie to it (its
/// terminal's hang-up and Ctrl-C), and a process group is a part of one session: no program can join another one's.</para>
/// <para>What the system refuses at the start is a <see cref="ProcessStartException"/> with <see cref="StartFailure.ParameterRefused"/>,
/// whose <see cref="ProcessStartException.Parameter"/> is the name of the member here. The working directory is entered before the ids
/// change; whether the program may be executed is decided after. Setting any member but <see cref="ArgumentZero"/> costs the start
/// another exec(2), some milliseconds.</para>
/// <para>Names and meanings follow QProcess::UnixProcessParameters, POSIX and systemd.exec(5).</para>
/// </remarks>
[SupportedOSPlatform("linux")]
public sealed record UnixStartInfo
{
    private const UnixFileMode Permissions = (UnixFileMode)0x1FF; // 0777

    private UnixFileMode? _umask;
    private int? _nice;
    private int? _oomScoreAdjustment;
    private IReadOnlyDictionary<UnixResource, UnixResourceLimit> _limits = new Dictionary<UnixResource, UnixResourceLimit>();
    private IReadOnlyCollection<PosixSignal> _ignoredSignals = [];

    /// <summary>The program's <c>argv[0]</c>. Null, the default, is <see cref="ProcessSpec.Program"/>.</summary>
    public string? ArgumentZero { get; init; }

    /// <summary>The permissions that files which the program makes do <em>not</em> get (umask(2)).</summary>
    /// <exception cref="ArgumentException">It has bits besides the nine permissions.</exception>
    public UnixFileMode? Umask
    {
        get => _umask;
        init => _umask = value is null || (value & ~Permissions) == 0
            ? value
            : throw new ArgumentException($"The umask {Convert.ToString((int)value, 8)} (octal) has bits besides the nine permissions; it goes from 0 to 777.", nameof(value));
    }

    /// <summary>The nice value, -20 (first) to 19 (last); not added to the launcher's. Lowering it needs root or RLIMIT_NICE (setpriority(2)).</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is out of that range.</exception>
    public int? Nice
    {
        get => _nice;
        init => _nice = value is null or (>= -20 and <= 19)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"The nice value {value} is not possible: it goes from -20 (first) to 19 (last).");
    }

    /// <summary>How soon the kernel kills the program when memory runs out, -1000 (never) to 1000 (first); lowering it needs root (proc_pid_oom_score_adj(5)).</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is out of that range.</exception>
    public int? OomScoreAdjustment
    {
        get => _oomScoreAdjustment;
        init => _oomScoreAdjustment = value is null or (>= -1000 and <= 1000)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"The OOM score adjustment {value} is not possible: it goes from -1000 (never) to 1000 (first).");
    }

    /// <summary>Resource limits. One that is left out is the launcher's. The keeper has them not; raising a hard limit needs root.</summary>
    /// <exception cref="ArgumentException">A resource is unknown, or a soft limit is above its hard limit.</exception>
    /// <exception cref="ArgumentNullException">It is null.</exception>
    public IReadOnlyDictionary<UnixResource, UnixResourceLimit> Limits
    {
        get => _limits;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach ((UnixResource resource, UnixResourceLimit limit) in value)
            {
                if (!Enum.IsDefined(resource))
                {
                    throw new ArgumentException($"There is no resource {resource}: use the members of UnixResource.", nameof(value));
                }

                if (limit.Soft > limit.Hard)
                {
                    throw new ArgumentException($"The soft limit of {resource}, {limit.Soft}, is above its hard limit, {limit.Hard}: lower the one or raise the other.", nameof(value));
                }
            }

            _limits = new Dictionary<UnixResource, UnixResourceLimit>(value);
        }
    }

    /// <summary>
    /// False sets the soft limit of <see cref="UnixResource.Core"/> to 0: no core dump is written to a file. A handler that the system
    /// pipes dumps to (core(5)) decides by itself. True, the default, leaves the launcher's limit.
    /// </summary>
    public bool CoreDumps { get; init; } = true;

    /// <summary>
    /// Another user and groups, which needs root (CAP_SETUID, CAP_SETGID). Null, the default, leaves the launcher's. The record stays the
    /// launcher's; the program's three streams become that user's, so that <c>/dev/stdout</c> can be opened.
    /// </summary>
    public UnixIdentity? Identity { get; init; }

    /// <summary>True gives the real user and group of a set-user-ID launcher as effective and saved ids too. For any other launcher it changes nothing.</summary>
    public bool ResetIds { get; init; }

    /// <summary>Signals that the program starts with ignored, as after nohup(1); SIGPIPE is the usual one. All others have their default.</summary>
    /// <exception cref="ArgumentException">A signal cannot be ignored: SIGKILL, SIGSTOP, or there is no such signal.</exception>
    /// <exception cref="ArgumentNullException">It is null.</exception>
    public IReadOnlyCollection<PosixSignal> IgnoredSignals
    {
        get => _ignoredSignals;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach (PosixSignal signal in value)
            {
                const int kill = 9;
                const int stop = 19;
                if (Signals.ToNumber(signal) is kill or stop)
                {
                    throw new ArgumentException($"{Signals.GetName(signal)} cannot be ignored by any program: leave it out.", nameof(value));
                }
            }

            _ignoredSignals = [.. value];
        }
    }

    /// <summary>What no member can check alone.</summary>
    internal void Validate()
    {
        if (Identity is not null && ResetIds)
        {
            throw new ArgumentException("ProcessSpec.Unix has an Identity and ResetIds: the one is another user, the other the launcher's own. Use one of them.");
        }

        if (!CoreDumps && Limits.ContainsKey(UnixResource.Core))
        {
            throw new ArgumentException("ProcessSpec.Unix has CoreDumps false and a limit for Core: use one of them.");
        }
    }
}
