using System.Runtime.Versioning;

namespace Tether;

/// <summary>
/// What to start, and how to keep it. Nothing is inherited but what stands here: the program gets three standard streams, by default
/// those that the keeper holds, default signal dispositions, an empty signal mask, a session of its own without a terminal, and of its launcher only
/// the user, the umask, the resource limits and (unless <see cref="InheritEnvironment"/> is false) the environment.
/// </summary>
/// <remarks>
/// Strings are passed as UTF-8. A byte that is part of no valid UTF-8 sequence is written as the lone surrogate U+DC80…U+DCFF for the byte
/// 0x80…0xFF (the convention of PEP 383), so that any file name can be passed. A NUL character is refused.
/// </remarks>
public sealed partial record ProcessSpec
{
    /// <summary>The smallest window, in bytes.</summary>
    public const long MinimumOutputWindow = 64 * 1024;

    /// <summary>The largest window, in bytes: 1 TiB.</summary>
    public const long MaximumOutputWindow = 1L << 40;

    /// <summary>The default window, in bytes: 8 MiB.</summary>
    public const long DefaultOutputWindow = 8 * 1024 * 1024;

    private string? _name;
    private string? _workingDirectory;
    private IReadOnlyDictionary<string, string?> _environment = new Dictionary<string, string?>();
    private long _outputWindow = DefaultOutputWindow;
    private TimeSpan _stopGrace = TimeSpan.FromSeconds(10);
    private UnixStartInfo? _unix;
    private WindowsStartInfo? _windows;

    /// <summary>Creates a specification.</summary>
    /// <param name="program">A path, or a name that is looked up in the launcher's PATH. A relative path starts at the launcher's working directory.</param>
    /// <param name="arguments">The arguments, without the program's own name. Each is passed exactly as it is: no quoting, no splitting, no globbing.</param>
    /// <exception cref="ArgumentException"><paramref name="program"/> is empty.</exception>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public ProcessSpec(string program, params IEnumerable<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(arguments);
        if (program.Length == 0)
        {
            throw new ArgumentException("The program is an empty string: give a path, or a name that is looked up in PATH.", nameof(program));
        }

        Program = program;
        Arguments = [.. arguments];
        if (Arguments.Contains(null))
        {
            throw new ArgumentNullException(nameof(arguments), "An argument is null.");
        }
    }

    /// <summary>A specification from one string, split by the rules of <see cref="CommandLine"/>; for more, use <c>with</c>.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <returns>The specification.</returns>
    /// <exception cref="ArgumentException">The command is empty.</exception>
    public static ProcessSpec FromCommand(string command) => CommandLine.Split(command) is [var program, ..] words
        ? new ProcessSpec(program, words.Skip(1))
        : throw new ArgumentException("The command is empty: give a program, and its arguments behind it.", nameof(command));

    /// <summary>The program: a path, or a name that is looked up in PATH. It also becomes the program's <c>argv[0]</c>.</summary>
    public string Program { get; }

    /// <summary>The arguments after the program's own name.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>
    /// The name to find the program again by: 1 to 64 of the characters <c>A–Z a–z 0–9 . _ -</c>, the first a letter or digit. Null, the
    /// default, makes one from the program's file name and six random characters.
    /// </summary>
    /// <exception cref="ArgumentException">The name is not of that form.</exception>
    public string? Name
    {
        get => _name;
        init
        {
            if (value is not null)
            {
                Records.RecordName.Validate(value);
            }

            _name = value;
        }
    }

    /// <summary>The program's working directory. Null, the default, is the launcher's.</summary>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public string? WorkingDirectory
    {
        get => _workingDirectory;
        init => _workingDirectory = value is not { Length: 0 } ? value : throw new ArgumentException("The working directory is an empty path; use null for the launcher's.");
    }

    /// <summary>Changes to the environment: a value sets a variable, null removes it. Empty by default.</summary>
    /// <exception cref="ArgumentNullException">It is null.</exception>
    public IReadOnlyDictionary<string, string?> Environment
    {
        get => _environment;
        init => _environment = value ?? throw new ArgumentNullException(nameof(value), "The changes to the environment are null; leave them out for none.");
    }

    /// <summary>True, the default, starts from the launcher's environment; false starts from nothing.</summary>
    public bool InheritEnvironment { get; init; } = true;

    /// <summary>Whether the program outlives its launcher. <see cref="ProcessLifetime.Detached"/> by default.</summary>
    public ProcessLifetime Lifetime { get; init; }

    /// <summary>
    /// How many bytes of each output stream can be read again, from <see cref="MinimumOutputWindow"/> to <see cref="MaximumOutputWindow"/>;
    /// <see cref="DefaultOutputWindow"/> by default. Space is taken as output arrives: at most the window and a quarter of it (up to 256 KiB)
    /// per stream, with <see cref="WindowFullPolicy.Block"/> also what is in the program's pipe when it ends (up to 1 MiB and another piece).
    /// Has no effect with <see cref="WindowFullPolicy.Spill"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is out of that range.</exception>
    public long OutputWindow
    {
        get => _outputWindow;
        init
        {
            if (value is < MinimumOutputWindow or > MaximumOutputWindow)
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, $"A window of {value} bytes is not possible: it has {MinimumOutputWindow} (64K) to {MaximumOutputWindow} (1T) bytes.");
            }

            _outputWindow = value;
        }
    }

    /// <summary>What happens when a window is full. <see cref="WindowFullPolicy.DropOldest"/> by default.</summary>
    public WindowFullPolicy WhenFull { get; init; }

    /// <summary>How long the program has to end by itself when it is asked to stop, before it is killed: 0 to 24 days, 10 seconds by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is out of that range.</exception>
    public TimeSpan StopGrace
    {
        get => _stopGrace;
        init => _stopGrace = Grace.Validate(value);
    }

    /// <summary>What only Unix programs have: umask, nice value, limits, ids, ignored signals. Null, the default, changes nothing.</summary>
    /// <exception cref="ArgumentException">Two of its members contradict each other.</exception>
    [SupportedOSPlatform("linux")]
    public UnixStartInfo? Unix
    {
        get => _unix;
        init
        {
            value?.Validate();
            _unix = value;
        }
    }

    /// <summary>
    /// What only Windows programs have: the fields of CreateProcess, handles that are passed on. Null, the default, changes nothing.
    /// </summary>
    /// <exception cref="ArgumentException">Two of its members contradict each other, or one contradicts the specification.</exception>
    [SupportedOSPlatform("windows")]
    public WindowsStartInfo? Windows
    {
        get => _windows;
        init
        {
            value?.Validate(this);
            _windows = value;
        }
    }

    /// <summary>The program's file as far as it is named: what is looked for at the start.</summary>
    internal string File => OperatingSystem.IsWindows() && _windows?.ApplicationName is { } file ? file : Program;

    /// <summary>A specification can be made anywhere; what of it the system does not have is refused when it is to be started there.</summary>
    /// <exception cref="PlatformNotSupportedException">Something is for another system.</exception>
    internal void RequireSystem(bool isWindows)
    {
        string? problem = (isWindows, _unix, _windows) switch
        {
            (true, not null, _) => "ProcessSpec.Unix is set, and this is Windows. Set it where OperatingSystem.IsWindows() is false",
            (false, _, not null) => "ProcessSpec.Windows is set, and this is not Windows. Set it where OperatingSystem.IsWindows() is true",
            (true, _, _) when InheritedDescriptors.Count > 0 => "ProcessSpec.InheritedDescriptors has descriptors by their numbers, "
                + "and handles of Windows have none. Use ProcessSpec.Windows with InheritedHandles",
            _ => null,
        };
        if (problem is not null)
        {
            throw new PlatformNotSupportedException($"'{Program}' cannot be started: {problem}.");
        }
    }
}
