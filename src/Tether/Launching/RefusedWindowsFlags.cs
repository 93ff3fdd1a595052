using System.Runtime.Versioning;

namespace Tether.Launching;

/// <summary>Flags of CreateProcess and STARTUPINFO that a program cannot have, each with the reason and the way out.</summary>
[SupportedOSPlatform("windows")]
internal static class RefusedWindowsFlags
{
    private const string OtherConsole =
        "the program would not be in its keeper's console, so that Ctrl+C and Ctrl+Break could not reach it. "
        + "Leave it out: the keeper's console has no window";

    private const string Debugger =
        "the keeper would be the program's debugger, and the program stop at its first event. Leave it out, and attach one to the PID";

    private const string Protection = "its keeper could neither see nor end it. Leave it out";
    private const string Priority = "a program has one priority. Set WindowsStartInfo.Priority";
    private const string OldVirtualMachine = "it is for 16-bit programs, which 64-bit Windows does not run. Leave it out";

    private static readonly (uint Flag, string Name, string Reason)[] Creation =
    [
        (0x1, "DEBUG_PROCESS", Debugger),
        (0x2, "DEBUG_ONLY_THIS_PROCESS", Debugger),
        (0x4, "CREATE_SUSPENDED", "nobody would resume the program: its first thread's handle is the keeper's. Leave it out"),
        (0x8, "DETACHED_PROCESS", OtherConsole),
        (0x10, "CREATE_NEW_CONSOLE", OtherConsole),
        (0x20, "NORMAL_PRIORITY_CLASS", Priority),
        (0x40, "IDLE_PRIORITY_CLASS", Priority),
        (0x80, "HIGH_PRIORITY_CLASS", Priority),
        (0x100, "REALTIME_PRIORITY_CLASS", Priority),
        (0x200, "CREATE_NEW_PROCESS_GROUP", "it would make the program ignore Ctrl+C. Leave it out: its group is its keeper's to choose"),
        (0x400, "CREATE_UNICODE_ENVIRONMENT", "every program's environment is Unicode. Leave it out"),
        (0x800, "CREATE_SEPARATE_WOW_VDM", OldVirtualMachine),
        (0x1000, "CREATE_SHARED_WOW_VDM", OldVirtualMachine),
        (0x4000, "BELOW_NORMAL_PRIORITY_CLASS", Priority),
        (0x8000, "ABOVE_NORMAL_PRIORITY_CLASS", Priority),
        (0x4_0000, "CREATE_PROTECTED_PROCESS", Protection),
        (0x8_0000, "EXTENDED_STARTUPINFO_PRESENT", "the attribute list is Tether's own, which says what is inherited. "
            + "Use WindowsStartInfo.InheritedHandles to pass handles on"),
        (0x40_0000, "CREATE_SECURE_PROCESS", Protection),
        (0x100_0000, "CREATE_BREAKAWAY_FROM_JOB", "the program would not be in its keeper's job, which is what a kill of its tree ends. "
            + "Leave it out; WindowsStartInfo.ChildrenMayLeaveJob lets what it starts leave"),
        (0x800_0000, "CREATE_NO_WINDOW", "a console of the program's own, though without a window: " + OtherConsole),
    ];

    private static readonly (uint Flag, string Name, string Reason)[] Startup =
    [
        (0x1, "STARTF_USESHOWWINDOW", "it is set when WindowsStartInfo.ShowState is. Set that"),
        (0x2, "STARTF_USESIZE", "it is set when WindowsStartInfo.WindowSize is. Set that"),
        (0x4, "STARTF_USEPOSITION", "it is set when WindowsStartInfo.WindowPosition is. Set that"),
        (0x8, "STARTF_USECOUNTCHARS", "it is set when WindowsStartInfo.ConsoleSize is. Set that"),
        (0x10, "STARTF_USEFILLATTRIBUTE", "it is set when WindowsStartInfo.ConsoleColors is. Set that"),
        (0x100, "STARTF_USESTDHANDLES", "the standard streams are the keeper's to connect. "
            + "Set ProcessSpec.StandardInput, StandardOutput and StandardError"),
        (0x200, "STARTF_USEHOTKEY", "the key would stand where the handle of standard input does. Leave it out"),
    ];

    private const uint KnownCreation = (uint)(
        WindowsCreationFlags.InheritParentAffinity | WindowsCreationFlags.PreserveCodeAuthorizationLevel
        | WindowsCreationFlags.DefaultErrorMode);

    private const uint KnownStartup = (uint)(
        WindowsStartupFlags.RunFullScreen | WindowsStartupFlags.ForceOnFeedback | WindowsStartupFlags.ForceOffFeedback
        | WindowsStartupFlags.TitleIsLinkName | WindowsStartupFlags.TitleIsAppId | WindowsStartupFlags.PreventPinning
        | WindowsStartupFlags.UntrustedSource);

    /// <exception cref="ArgumentException">A flag cannot be had.</exception>
    internal static void Check(uint flags) => Check(flags & ~KnownCreation, Creation, nameof(WindowsStartInfo.CreationFlags));

    /// <exception cref="ArgumentException">A flag cannot be had.</exception>
    internal static void CheckStartup(int flags) =>
        Check(unchecked((uint)flags) & ~KnownStartup, Startup, nameof(WindowsStartInfo.StartupFlags));

    private static void Check(uint flags, (uint Flag, string Name, string Reason)[] refused, string member)
    {
        if (flags == 0)
        {
            return;
        }

        foreach ((uint flag, string name, string reason) in refused)
        {
            if ((flags & flag) != 0)
            {
                throw new ArgumentException($"{member} has {name} (0x{flag:x}): {reason}.", member);
            }
        }

        throw new ArgumentException($"{member} has 0x{flags:x}, which is no flag that Tether knows. Leave it out.", member);
    }
}
