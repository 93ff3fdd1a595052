using System.Drawing;
using Tether.Launching;

namespace Tether;

/// <content>The start-up information: what the program's first window and its console are told.</content>
public sealed partial record WindowsStartInfo
{
    private WindowsShowState? _showState;
    private string? _desktop;
    private string? _title;
    private Size? _windowSize;
    private Size? _consoleSize;
    private WindowsStartupFlags _startupFlags;

    /// <summary>
    /// How the program shows its first window. Null, the default, leaves it to the program. A program's console has no window.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such state.</exception>
    public WindowsShowState? ShowState
    {
        get => _showState;
        init => _showState = value is null || Enum.IsDefined(value.Value)
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, $"There is no show state {value}: use the members of WindowsShowState.");
    }

    /// <summary>
    /// The window station and the desktop, as <c>winsta0\default</c>, or the desktop alone. Null, the default, is the launcher's; an empty
    /// string lets the system choose. A program on another desktop than its keeper, which is on the launcher's, gets no WM_CLOSE when it is
    /// stopped, as window messages do not leave a desktop: it gets Ctrl+C, and is killed after the grace.
    /// </summary>
    /// <exception cref="ArgumentException">It has a NUL character.</exception>
    public string? Desktop
    {
        get => _desktop;
        init
        {
            RequireNoNul(value ?? "", nameof(Desktop));
            _desktop = value;
        }
    }

    /// <summary>
    /// The title of a console window, or what <see cref="StartupFlags"/> makes of it. Null, the default, is the program's path.
    /// </summary>
    /// <exception cref="ArgumentException">It has a NUL character.</exception>
    public string? Title
    {
        get => _title;
        init
        {
            RequireNoNul(value ?? "", nameof(Title));
            _title = value;
        }
    }

    /// <summary>
    /// Where the upper left corner of the first window is, in pixels from that of the screen. Null, the default, leaves it open.
    /// </summary>
    public Point? WindowPosition { get; init; }

    /// <summary>The size of the first window, in pixels. Null, the default, leaves it open.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public Size? WindowSize
    {
        get => _windowSize;
        init => _windowSize = RequireSize(value, nameof(WindowSize));
    }

    /// <summary>The console's buffer, in columns and rows of characters. It counts for a console that the program itself makes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public Size? ConsoleSize
    {
        get => _consoleSize;
        init => _consoleSize = RequireSize(value, nameof(ConsoleSize));
    }

    /// <summary>
    /// The console's colours, as FillConsoleOutputAttribute has them. It counts for a console that the program itself makes.
    /// </summary>
    public ushort? ConsoleColors { get; init; }

    /// <summary>Further flags of the start-up information. None by default.</summary>
    /// <exception cref="ArgumentException">A flag is set by another member, would break a guarantee, or is none.</exception>
    public WindowsStartupFlags StartupFlags
    {
        get => _startupFlags;
        init
        {
            RefusedWindowsFlags.CheckStartup((int)value);
            _startupFlags = value;
        }
    }

    /// <summary>What no member can check alone.</summary>
    internal void Validate(ProcessSpec spec)
    {
        if (NativeCommandLine is not null && spec.Arguments.Count > 0)
        {
            throw new ArgumentException(
                $"'{spec.Program}' has {spec.Arguments.Count} arguments and a NativeCommandLine, the whole line: use one of them.");
        }

        const WindowsStartupFlags titles = WindowsStartupFlags.TitleIsAppId | WindowsStartupFlags.TitleIsLinkName;
        if ((StartupFlags & titles) == titles)
        {
            throw new ArgumentException("StartupFlags has TitleIsAppId and TitleIsLinkName, and the title is only one of them: use one.");
        }

        if ((StartupFlags & titles) != 0 && Title is null)
        {
            throw new ArgumentException($"StartupFlags has {StartupFlags & titles}, and there is no Title: set it, or leave the flag out.");
        }

        if (StartupFlags.HasFlag(WindowsStartupFlags.PreventPinning) && !StartupFlags.HasFlag(WindowsStartupFlags.TitleIsAppId))
        {
            throw new ArgumentException(
                "StartupFlags has PreventPinning without TitleIsAppId, which Windows refuses: set both and a Title, or leave it out.");
        }

        const WindowsStartupFlags feedback = WindowsStartupFlags.ForceOnFeedback | WindowsStartupFlags.ForceOffFeedback;
        if ((StartupFlags & feedback) == feedback)
        {
            throw new ArgumentException("StartupFlags has ForceOnFeedback and ForceOffFeedback, which contradict each other: use one.");
        }
    }

    private static Size? RequireSize(Size? value, string member) => value is not ({ Width: < 0 } or { Height: < 0 })
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, $"{member} is {value}: a size is not negative.");
}
