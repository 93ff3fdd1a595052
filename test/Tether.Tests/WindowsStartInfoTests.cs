using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Launching;

namespace Tether.Tests;

/// <summary>What is refused before anything is started, on any system: the message names the member, the reason and the way out.</summary>
[SupportedOSPlatform("windows")]
public sealed class WindowsStartInfoTests
{
    [Theory]
    [InlineData(0x1u, "DEBUG_PROCESS", "debugger")]
    [InlineData(0x2u, "DEBUG_ONLY_THIS_PROCESS", "debugger")]
    [InlineData(0x4u, "CREATE_SUSPENDED", "nobody would resume")]
    [InlineData(0x8u, "DETACHED_PROCESS", "Ctrl+C")]
    [InlineData(0x10u, "CREATE_NEW_CONSOLE", "Ctrl+C")]
    [InlineData(0x80u, "HIGH_PRIORITY_CLASS", "WindowsStartInfo.Priority")]
    [InlineData(0x200u, "CREATE_NEW_PROCESS_GROUP", "ignore Ctrl+C")]
    [InlineData(0x400u, "CREATE_UNICODE_ENVIRONMENT", "Unicode")]
    [InlineData(0x40000u, "CREATE_PROTECTED_PROCESS", "neither see nor end")]
    [InlineData(0x80000u, "EXTENDED_STARTUPINFO_PRESENT", "InheritedHandles")]
    [InlineData(0x1000000u, "CREATE_BREAKAWAY_FROM_JOB", "ChildrenMayLeaveJob")]
    [InlineData(0x8000000u, "CREATE_NO_WINDOW", "Ctrl+C")]
    [InlineData(0x80000000u, "0x80000000", "no flag that Tether knows")]
    public void CreationFlags_FlagThatWouldBreakAGuarantee_IsRefusedWithTheReason(uint flag, string name, string reason)
    {
        AssertRefused(() => new WindowsStartInfo { CreationFlags = (WindowsCreationFlags)flag }, "CreationFlags", name, reason);
        WindowsCreationFlags beside = (WindowsCreationFlags)flag | WindowsCreationFlags.DefaultErrorMode;
        AssertRefused(() => new WindowsStartInfo { CreationFlags = beside }, name);
    }

    [Theory]
    [InlineData(0x1, "STARTF_USESHOWWINDOW", "ShowState")]
    [InlineData(0x2, "STARTF_USESIZE", "WindowSize")]
    [InlineData(0x4, "STARTF_USEPOSITION", "WindowPosition")]
    [InlineData(0x8, "STARTF_USECOUNTCHARS", "ConsoleSize")]
    [InlineData(0x10, "STARTF_USEFILLATTRIBUTE", "ConsoleColors")]
    [InlineData(0x100, "STARTF_USESTDHANDLES", "ProcessSpec.StandardInput")]
    [InlineData(0x200, "STARTF_USEHOTKEY", "standard input")]
    [InlineData(0x10000, "0x10000", "no flag that Tether knows")]
    public void StartupFlags_FlagOfAnotherMember_IsRefusedWithItsName(int flag, string name, string reason) =>
        AssertRefused(() => new WindowsStartInfo { StartupFlags = (WindowsStartupFlags)flag }, "StartupFlags", name, reason);

    [Fact]
    public void Flags_AllThatAreNamed_CanBeHad()
    {
        WindowsCreationFlags creation = Enum.GetValues<WindowsCreationFlags>().Aggregate((all, flag) => all | flag);
        WindowsStartupFlags startup = Enum.GetValues<WindowsStartupFlags>().Aggregate((all, flag) => all | flag);
        WindowsStartInfo info = new() { CreationFlags = creation, StartupFlags = startup };

        Assert.Equal((creation, startup), (info.CreationFlags, info.StartupFlags));
    }

    [Fact]
    public void Members_ValuesThatWindowsWouldNotTake_AreRefusedEarly()
    {
        AssertRefused(() => new WindowsStartInfo { ApplicationName = @"bin\app.exe" }, "no full path", "ProcessSpec.Program");
        AssertRefused(() => new WindowsStartInfo { ApplicationName = @"C:app.exe" }, "no full path");
        AssertRefused(() => new WindowsStartInfo { ApplicationName = @"C:\a\run.CMD. " }, "batch file", "cmd.exe");
        AssertRefused(() => new WindowsStartInfo { ApplicationName = "C:\\a\0" }, "ApplicationName", "NUL");
        AssertRefused(() => new WindowsStartInfo { NativeCommandLine = "" }, "NativeCommandLine", "empty", "null");
        AssertRefused(() => new WindowsStartInfo { NativeCommandLine = "a\0b" }, "NativeCommandLine", "NUL");
        AssertRefused(() => new WindowsStartInfo { NativeCommandLine = new string('x', 32_767) }, "32767 characters", "32766");
        AssertRefused(() => new WindowsStartInfo { Desktop = "a\0" }, "Desktop", "NUL");
        AssertRefused(() => new WindowsStartInfo { Title = "a\0" }, "Title", "NUL");
        AssertRefused(() => new WindowsStartInfo { Priority = (ProcessPriorityClass)1 }, "priority class 1");
        AssertRefused(() => new WindowsStartInfo { ShowState = (WindowsShowState)10 }, "show state 10");
        AssertRefused(() => new WindowsStartInfo { WindowSize = new(-1, 1) }, "WindowSize", "negative");
        AssertRefused(() => new WindowsStartInfo { ConsoleSize = new(1, -1) }, "ConsoleSize", "negative");
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("D:\0", "NUL")]
    [InlineData("everyone", "does not begin")]
    [InlineData("D:(A;;GA;;;WD", "not closed")]
    [InlineData("D:A;;GA;;;WD)", "')' too many")]
    [InlineData("D:(A;;GA;;;WD)O:BA", "order")]
    [InlineData("D:(A;;GA;;;WD)D:(A;;GA;;;WD)", "twice")]
    [InlineData("D:X:", "does not begin")]
    public void Security_NotOfTheFormOfSddl_IsRefusedWithAnExample(string sddl, string reason)
    {
        AssertRefused(() => new WindowsStartInfo { ProcessSecurity = sddl }, "ProcessSecurity", reason, "D:P(A;;GA;;;OW)");
        AssertRefused(() => new WindowsStartInfo { ThreadSecurity = sddl }, "ThreadSecurity", reason);
    }

    [Theory]
    [InlineData("D:P(A;;GA;;;OW)")]
    [InlineData("O:BAG:SYD:PAI(D;;0x1;;;S-1-5-7)(A;;GA;;;WD)S:(ML;;NW;;;LW)")]
    [InlineData("O:S-1-5-21-1-2-3-1001")]
    [InlineData("D:(XA;;FX;;;WD;(@User.Title==\"PM:\"))")]
    [InlineData("D:NO_ACCESS_CONTROL")]
    public void Security_Sddl_IsTaken(string sddl) => Assert.Equal(sddl, new WindowsStartInfo { ProcessSecurity = sddl }.ProcessSecurity);

    [Fact]
    public void InheritedHandles_NamesThatAreNoVariables_AreRefused()
    {
        using SafeFileHandle handle = new(5, ownsHandle: false);
        AssertRefused(() => Handles(("", handle)), "''", "empty");
        AssertRefused(() => Handles(("A=B", handle)), "'A=B'", "'='");
        AssertRefused(() => Handles(("Log", handle), ("LOG", handle)), "upper and lower case");
        AssertRefused(() => Handles(("LOG", null!)), "'LOG'", "null");
        AssertRefused(() => Handles([.. Enumerable.Range(0, 251).Select(i => ($"H{i}", (SafeHandle)handle))]), "251", "250");
    }

    [Fact]
    public void HandlesOf_ClosedOrWithAVariableThatTheSpecSets_IsAStartFailure()
    {
        using SafeFileHandle handle = new(5, ownsHandle: false);
        ProcessSpec spec = new("app") { Windows = Handles(("LOG", handle)) };
        Assert.Equal([handle], WindowsStartRequest.HandlesOf(spec));

        ProcessStartException both = Assert.Throws<ProcessStartException>(
            () => WindowsStartRequest.HandlesOf(spec with { Environment = new Dictionary<string, string?> { ["log"] = "1" } }));
        handle.Dispose();
        ProcessStartException closed = Assert.Throws<ProcessStartException>(() => WindowsStartRequest.HandlesOf(spec));

        Assert.Equal((StartFailure.RedirectionFailed, StartFailure.RedirectionFailed), (both.Reason, closed.Reason));
        Assert.Contains("Environment sets it too", both.Message);
        Assert.Contains("'LOG' is not open", closed.Message);
    }

    [Fact]
    public void Windows_MembersThatContradictEachOther_AreRefusedByTheSpec()
    {
        AssertRefused(() => new ProcessSpec("app", "x") { Windows = new() { NativeCommandLine = "app x" } }, "'app'", "use one of them");
        AssertRefused(() => Spec(WindowsStartupFlags.TitleIsAppId | WindowsStartupFlags.TitleIsLinkName, "t"), "use one");
        AssertRefused(() => Spec(WindowsStartupFlags.TitleIsAppId, null), "TitleIsAppId", "no Title");
        AssertRefused(() => Spec(WindowsStartupFlags.PreventPinning, "t"), "PreventPinning", "TitleIsAppId");
        AssertRefused(() => Spec(WindowsStartupFlags.ForceOnFeedback | WindowsStartupFlags.ForceOffFeedback, null), "contradict");
    }

    [Fact]
    public void Of_EveryMember_IsWhatCreateProcessTakes()
    {
        using SafeFileHandle handle = new(5, ownsHandle: false);
        WindowsStartRequest request = WindowsStartRequest.Of(new ProcessSpec("app")
        {
            Windows = new WindowsStartInfo
            {
                ApplicationName = @"C:\app.exe",
                NativeCommandLine = "app /x:\"y z\"",
                ProcessSecurity = "D:P(A;;GA;;;OW)",
                ThreadSecurity = "D:",
                CreationFlags = WindowsCreationFlags.DefaultErrorMode,
                Priority = ProcessPriorityClass.BelowNormal,
                ShowState = WindowsShowState.ShowMinimizedNoActivate,
                Desktop = "d",
                Title = "t",
                WindowPosition = new(1, 2),
                WindowSize = new(3, 4),
                ConsoleSize = new(80, 25),
                ConsoleColors = 7,
                StartupFlags = WindowsStartupFlags.ForceOffFeedback,
                InheritedHandles = new Dictionary<string, SafeHandle> { ["B"] = handle, ["A"] = handle },
                ChildrenMayLeaveJob = true,
            },
        });

        Assert.Equal((0x0400_4000u, 0x9F, 7), (request.CreationFlags, request.StartupFlags, request.ShowWindow));
        Assert.Equal(("app /x:\"y z\"", "d", "t"), (request.CommandLine, request.Desktop, request.Title));
        Assert.Equal(("D:P(A;;GA;;;OW)", "D:"), (request.ProcessSecurity, request.ThreadSecurity));
        Assert.Equal((1, 4, 80, 7), (request.Position.X, request.Size.Height, request.CountChars.Width, request.FillAttribute));
        Assert.Equal(["A", "B"], request.HandleVariables);
        Assert.True(request.AllowBreakaway);
        Assert.Equal(0, WindowsStartRequest.Of(new ProcessSpec("app") { Windows = new() }).StartupFlags);
    }

    [Fact]
    public async Task StartAsync_SpecForAnotherSystem_IsRefusedWithTheWayOut()
    {
        ProcessSpec windows = new("app") { Windows = new() };
#pragma warning disable CA1416 // what is shown here is that it is told at run time too
        ProcessSpec unix = new("app") { Unix = new() };
#pragma warning restore CA1416
        using SafeFileHandle handle = new(5, ownsHandle: false);
        ProcessSpec numbered = new("app") { InheritedDescriptors = new Dictionary<int, SafeHandle> { [3] = handle } };
        windows.RequireSystem(isWindows: true);
        unix.RequireSystem(isWindows: false);
        numbered.RequireSystem(isWindows: false);

        AssertRefused<PlatformNotSupportedException>(() => windows.RequireSystem(isWindows: false), "ProcessSpec.Windows", "IsWindows()");
        AssertRefused<PlatformNotSupportedException>(() => unix.RequireSystem(isWindows: true), "ProcessSpec.Unix", "IsWindows()");
        AssertRefused<PlatformNotSupportedException>(() => numbered.RequireSystem(isWindows: true), "InheritedHandles");
        ProcessSpec foreign = OperatingSystem.IsWindows() ? unix : windows;
        await Assert.ThrowsAsync<PlatformNotSupportedException>(() => TetheredProcess.StartAsync(foreign));
    }

    private static WindowsStartInfo Handles(params (string Name, SafeHandle Handle)[] handles) =>
        new() { InheritedHandles = handles.ToDictionary(pair => pair.Name, pair => pair.Handle) };

    private static ProcessSpec Spec(WindowsStartupFlags flags, string? title) =>
        new("app") { Windows = new() { StartupFlags = flags, Title = title } };

    private static void AssertRefused(Func<object> make, params string[] texts) =>
        AssertRefused<ArgumentException>(() => make(), texts);

    private static void AssertRefused<T>(Action make, params string[] texts)
        where T : Exception
    {
        T error = Assert.ThrowsAny<T>(make);
        Assert.All(texts, text => Assert.Contains(text, error.Message, StringComparison.Ordinal));
    }
}
