using System.Runtime.Versioning;

namespace Tether;

/// <summary>
/// The flags of <c>STARTUPINFO</c> that a program may have by <see cref="WindowsStartInfo.StartupFlags"/>, by their values in winbase.h.
/// Those that only say that another field is there are set when the member for that field is.
/// </summary>
[Flags]
[SupportedOSPlatform("windows")]
public enum WindowsStartupFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>STARTF_RUNFULLSCREEN: the console in full screen; only 32-bit x86 systems heed it.</summary>
    RunFullScreen = 0x20,

    /// <summary>STARTF_FORCEONFEEDBACK: the pointer shows work in the background until the program's first window is up.</summary>
    ForceOnFeedback = 0x40,

    /// <summary>STARTF_FORCEOFFFEEDBACK: the pointer stays as it is.</summary>
    ForceOffFeedback = 0x80,

    /// <summary>
    /// STARTF_TITLEISLINKNAME: <see cref="WindowsStartInfo.Title"/> is the path of the shortcut that started the program.
    /// </summary>
    TitleIsLinkName = 0x800,

    /// <summary>
    /// STARTF_TITLEISAPPID: <see cref="WindowsStartInfo.Title"/> is an AppUserModelID, by which the task bar groups windows.
    /// </summary>
    TitleIsAppId = 0x1000,

    /// <summary>
    /// STARTF_PREVENTPINNING: the program's windows cannot be pinned to the task bar. It needs <see cref="TitleIsAppId"/>.
    /// </summary>
    PreventPinning = 0x2000,

    /// <summary>STARTF_UNTRUSTEDSOURCE: the command line comes from an untrusted source.</summary>
    UntrustedSource = 0x8000,
}
