using System.Globalization;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Launching;
using Tether.Platform.Linux;
using Tether.Records;

namespace Tether.Keeper.Platform.Linux;

/// <summary>A start through an <see cref="ExecStage"/>, seen from the keeper.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class StagedSpawn
{
    /// <summary>Starts the program that <paramref name="plain"/> would start. Returns 0, or the error number that posix_spawn would have returned.</summary>
    /// <exception cref="StartFailedException">A parameter was refused, or the stage itself failed.</exception>
    internal static int Start(PosixSpawn plain, StartRequest request, string recordDirectory, out int pid)
    {
        GiveStreams(request.Unix!, recordDirectory);
        using SafeFileHandle parameters = MemoryFileOf(request.Encode());
        int* ends = stackalloc int[2];
        if (Libc.Pipe(ends, Libc.O_CLOEXEC) != 0)
        {
            throw Errno.Failed("pipe2", "the reports of the start");
        }

        using SafeFileHandle reports = new(ends[0], ownsHandle: true);
        using SafeFileHandle stagesEnd = new(ends[1], ownsHandle: true);
        PosixSpawn stage = new()
        {
            Path = "/proc/self/exe"u8.ToArray(),
            Arguments = ["tether-keeper"u8.ToArray(), "exec"u8.ToArray(), NumberOf(plain.Descriptors.Count)],
            // Not the program's: the loader and the runtime of the stage would act on it. No debugger's socket in the file system either.
            Environment = [.. RuntimeEnvironment.Variables(), "DOTNET_EnableDiagnostics=0"u8.ToArray()],
            WorkingDirectory = plain.WorkingDirectory,
            Descriptors = [.. plain.Descriptors, parameters, stagesEnd],
        };
        int errno = stage.Start(out pid);
        if (errno != 0)
        {
            return errno;
        }

        stagesEnd.Dispose();
        StageReport report = ReadLast(reports);
        if (report.Step == StartStep.Ready)
        {
            return 0;
        }

        string end = Reap(pid);
        return report.Step == StartStep.Execute ? report.Errno : throw ParameterFailures.Of(report, request.Unix!, end);
    }

    /// <summary>/dev/stdout is opened by the permissions of what is behind it. Where this is refused, the identity itself will be, which tells more.</summary>
    private static void GiveStreams(UnixStart unix, string recordDirectory)
    {
        if (unix.Ids is [var user, var group, ..])
        {
            _ = Libc.Chown(Path.Combine(recordDirectory, RecordPaths.StandardInputFifo), user, group);
            _ = Libc.Chown(Path.Combine(recordDirectory, RecordPaths.StandardOutputFifo), user, group);
            _ = Libc.Chown(Path.Combine(recordDirectory, RecordPaths.StandardErrorFifo), user, group);
        }
    }

    private static byte[] NumberOf(int descriptor) => System.Text.Encoding.ASCII.GetBytes(descriptor.ToString(CultureInfo.InvariantCulture));

    /// <summary>In memory and in no directory: the environment in it may hold secrets.</summary>
    private static SafeFileHandle MemoryFileOf(byte[] contents)
    {
        int descriptor = Libc.MemoryFile("tether-start", Libc.MFD_CLOEXEC);
        if (descriptor < 0)
        {
            throw Errno.Failed("memfd_create", "the start's parameters");
        }

        SafeFileHandle file = new(descriptor, ownsHandle: true);
        RandomAccess.Write(file, contents, 0);
        return file;
    }

    /// <summary>The last report before the stage has become the program, or has ended.</summary>
    private static StageReport ReadLast(SafeFileHandle reports)
    {
        StageReport last = default;
        while (true)
        {
            StageReport report;
            nint read = Libc.Read(reports, (byte*)&report, sizeof(StageReport));
            if (read == sizeof(StageReport))
            {
                last = report;
            }
            else if (read >= 0 || Errno.Last() != Errno.EINTR)
            {
                return last;
            }
        }
    }

    private static string Reap(int pid)
    {
        Libc.ChildStatus status = default;
        while (Libc.WaitId(Libc.P_PID, pid, &status, Libc.WEXITED) != 0)
        {
            if (Errno.Last() != Errno.EINTR)
            {
                return "it ended";
            }
        }

        return status.Code == Libc.CLD_EXITED ? $"it exited with code {status.Status}" : $"signal {Signals.NameOf(status.Status)} ended it";
    }
}
