using System.Runtime.Versioning;

namespace Tether;

/// <summary>
/// How a program shows its first window, by the names and values of <c>ShowWindow</c>. A program may do otherwise. SW_SHOWDEFAULT is not
/// here: it means "as the starter said", and so nothing when it is the starter that says it.
/// </summary>
[SupportedOSPlatform("windows")]
public enum WindowsShowState
{
    /// <summary>SW_HIDE: not at all.</summary>
    Hide = 0,

    /// <summary>SW_SHOWNORMAL: in its normal size, and active.</summary>
    ShowNormal = 1,

    /// <summary>SW_SHOWMINIMIZED: minimized, and active.</summary>
    ShowMinimized = 2,

    /// <summary>SW_SHOWMAXIMIZED: maximized, and active.</summary>
    ShowMaximized = 3,

    /// <summary>SW_SHOWNOACTIVATE: in its normal size; the active window stays active.</summary>
    ShowNoActivate = 4,

    /// <summary>SW_SHOW: as it is, and active.</summary>
    Show = 5,

    /// <summary>SW_MINIMIZE: minimized; the next window becomes active.</summary>
    Minimize = 6,

    /// <summary>SW_SHOWMINNOACTIVE: minimized; the active window stays active.</summary>
    ShowMinimizedNoActivate = 7,

    /// <summary>SW_SHOWNA: as it is; the active window stays active.</summary>
    ShowAsItIsNoActivate = 8,

    /// <summary>SW_RESTORE: in its normal size, also when it was minimized.</summary>
    Restore = 9,

    /// <summary>SW_FORCEMINIMIZE: minimized, even when its thread does not answer.</summary>
    ForceMinimize = 11,
}
