using System.Globalization;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Launching;
using Tether.Platform.Linux;

namespace Tether.Keeper.Platform.Linux;

/// <summary>
/// What posix_spawn(3) cannot do for a program is done here: in a process of its own, which the keeper has spawned from its own executable
/// with the program's descriptors, and which becomes the program by execve(2). So its PID is the program's, no managed code runs between
/// fork and exec, and it works the same in both forms of the keeper. It gets the start request in a memory file and reports into a pipe,
/// both close-on-exec: the pipe's end is the program's start.
/// </summary>
[SupportedOSPlatform("linux")]
internal static unsafe class ExecStage
{
    private const int LastSignal = 64;

    /// <summary>Does not return when the program starts.</summary>
    internal static int Run(string firstDescriptor)
    {
        int first = int.Parse(firstDescriptor, CultureInfo.InvariantCulture);
        using SafeFileHandle parameters = new(first, ownsHandle: true);
        using SafeFileHandle reports = new(first + 1, ownsHandle: true);
        if (Libc.Fcntl(parameters, Libc.F_SETFD, Libc.FD_CLOEXEC) < 0 || Libc.Fcntl(reports, Libc.F_SETFD, Libc.FD_CLOEXEC) < 0)
        {
            return Fail(reports, StartStep.Prepare, Errno.Last());
        }

        // The runtime's own are close-on-exec already; this is for what a later one might forget (Linux 5.11).
        _ = Libc.CloseRange((uint)first, uint.MaxValue, Libc.CLOSE_RANGE_CLOEXEC);
        StartRequest request = StartRequest.Decode(ReadAll(parameters));
        UnixStart unix = request.Unix!;
        using NativeStrings program = new([request.Program]);
        using NativeStrings arguments = new(request.Arguments);
        using NativeStrings environment = new(request.Environment);
        // From here on nothing is allocated: a limit may already forbid it.
        if (!ApplySignals(reports, unix.IgnoredSignals) || !ApplyPriorities(reports, unix) || !ApplyLimits(reports, unix, request.DescriptorLimit)
            || !ApplyIds(reports, unix))
        {
            return 1;
        }

        Report(reports, new StageReport(StartStep.Ready, 0, 0));
        _ = Libc.Execute(program.Pointer[0], arguments.Pointer, environment.Pointer);
        return Fail(reports, StartStep.Execute, Errno.Last());
    }

    /// <summary>
    /// execve(2) sets what is handled back to the default and leaves what is ignored, so what the runtime ignores (SIGPIPE) is set back here
    /// and its handlers stay as long as it runs.
    /// </summary>
    private static bool ApplySignals(SafeFileHandle reports, int[] ignored)
    {
        for (int signal = 1; signal <= LastSignal; signal++)
        {
            Libc.SignalActionHead action = default;
            bool isIgnored = Libc.SignalAction(signal, null, &action) == 0 && action.Handler == Libc.SIG_IGN;
            bool shallBe = ignored.AsSpan().Contains(signal);
            if (isIgnored != shallBe && Libc.Signal(signal, shallBe ? Libc.SIG_IGN : Libc.SIG_DFL) == -1)
            {
                return Fail(reports, StartStep.IgnoredSignals, Errno.Last(), signal) == 0;
            }
        }

        Libc.SignalSet none = default;
        int errno = Libc.SignalMask(Libc.SIG_SETMASK, &none, null);
        return errno == 0 || Fail(reports, StartStep.Prepare, errno) == 0;
    }

    private static bool ApplyPriorities(SafeFileHandle reports, UnixStart unix)
    {
        if (unix.Umask is { } umask)
        {
            _ = Libc.Umask(umask);
        }

        // On Linux a thread's own, and this one is the program's.
        if (unix.Nice is { } nice && Libc.SetPriority(Libc.PRIO_PROCESS, 0, nice) != 0)
        {
            return Fail(reports, StartStep.Nice, Errno.Last()) == 0;
        }

        int errno = unix.OomScoreAdjustment is { } score ? WriteOomScore(score) : 0;
        return errno == 0 || Fail(reports, StartStep.OomScoreAdjustment, errno) == 0;
    }

    private static int WriteOomScore(int score)
    {
        using SafeFileHandle file = Libc.Open("/proc/self/oom_score_adj", Libc.O_WRONLY | Libc.O_CLOEXEC, 0);
        if (file.IsInvalid)
        {
            return Errno.Last();
        }

        byte* text = stackalloc byte[16];
        _ = score.TryFormat(new Span<byte>(text, 16), out int length, default, CultureInfo.InvariantCulture);
        return Libc.Write(file, text, length) == length ? 0 : Errno.Last();
    }

    /// <summary>Before the ids change: raising a limit needs root.</summary>
    private static bool ApplyLimits(SafeFileHandle reports, UnixStart unix, ulong descriptors)
    {
        // A runtime raises its own soft limit at its start; the program gets the launcher's.
        Libc.ResourceLimit own = default;
        if (Libc.GetResourceLimit(Libc.RLIMIT_NOFILE, &own) != 0)
        {
            return Fail(reports, StartStep.Prepare, Errno.Last()) == 0;
        }

        Libc.ResourceLimit launchers = own with { Soft = Math.Min(descriptors, own.Hard) };
        if (Libc.SetResourceLimit(Libc.RLIMIT_NOFILE, &launchers) != 0)
        {
            return Fail(reports, StartStep.Prepare, Errno.Last()) == 0;
        }

        for (int i = 0; i < unix.Limits.Count; i++)
        {
            (int resource, ulong soft, ulong hard) = unix.Limits[i];
            Libc.ResourceLimit limit = new() { Soft = soft, Hard = hard };
            if (Libc.SetResourceLimit(resource, &limit) != 0)
            {
                return Fail(reports, StartStep.Limits, Errno.Last(), resource) == 0;
            }
        }

        return true;
    }

    /// <summary>Groups before the user, who may not change them any more.</summary>
    private static bool ApplyIds(SafeFileHandle reports, UnixStart unix)
    {
        if (unix.ResetIds)
        {
            uint realGroup = Libc.GetGroupId();
            uint realUser = Libc.GetUserId();
            return (Libc.SetGroupIds(realGroup, realGroup, realGroup) == 0 && Libc.SetUserIds(realUser, realUser, realUser) == 0)
                || Fail(reports, StartStep.ResetIds, Errno.Last()) == 0;
        }

        if (unix.Ids.Length == 0)
        {
            return true;
        }

        uint user = unix.Ids[0];
        uint group = unix.Ids[1];
        fixed (uint* ids = unix.Ids)
        {
            if (Libc.SetGroups(unix.Ids.Length - 2, ids + 2) != 0)
            {
                return Fail(reports, StartStep.SupplementaryGroups, Errno.Last()) == 0;
            }
        }

        if (Libc.SetGroupIds(group, group, group) != 0)
        {
            return Fail(reports, StartStep.GroupId, Errno.Last()) == 0;
        }

        return Libc.SetUserIds(user, user, user) == 0 || Fail(reports, StartStep.UserId, Errno.Last()) == 0;
    }

    private static int Fail(SafeFileHandle reports, StartStep step, int errno, int detail = 0)
    {
        Report(reports, new StageReport(step, detail, errno));
        return 1;
    }

    /// <summary>A keeper that is gone is not told; the program then starts or does not, all the same.</summary>
    private static void Report(SafeFileHandle reports, StageReport report) => _ = Libc.Write(reports, (byte*)&report, sizeof(StageReport));

    private static byte[] ReadAll(SafeFileHandle file)
    {
        byte[] contents = new byte[RandomAccess.GetLength(file)];
        for (int read = 0; read < contents.Length;)
        {
            read += RandomAccess.Read(file, contents.AsSpan(read), read) is > 0 and var n ? n : throw new EndOfStreamException();
        }

        return contents;
    }
}
