using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Launching;
using Tether.Records;

namespace Tether.Platform.Linux;

/// <summary>Linux: the parts are in the classes of this folder.</summary>
[SupportedOSPlatform("linux")]
internal sealed class LinuxPlatform : HostPlatform
{
    /// <summary>
    /// <c>$XDG_RUNTIME_DIR/tether</c>, else <c>/tmp/tether-UID</c>. The XDG base directory specification: a relative path in the variable
    /// is invalid and ignored.
    /// </summary>
    internal override string DefaultHome =>
        Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { } runtime && Path.IsPathFullyQualified(runtime)
            ? Path.Combine(runtime, "tether")
            : $"/tmp/tether-{Libc.GetEffectiveUserId()}";

    internal override string ErrorWord => "errno";

    internal override string AdviceWhenKeeperIsLost => "Attach again: if the program still runs, a new keeper takes it over.";

    internal override StringComparison NameComparison => StringComparison.Ordinal;

    internal override string? NameProblem(string name) => null;

    internal override bool IsPrivateDirectory(string path)
    {
        try
        {
            PrivateDirectory.Open(path).Dispose();
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
    }

    internal override bool IsOutOfResources(Exception error) => error is IOException { HResult: Errno.EMFILE or Errno.ENFILE or Errno.ENOMEM };

    internal override byte[]? ReadFile(string path, int atMost) => SmallFile.ReadStart(path, atMost);

    internal override void AllowHoles(SafeFileHandle file)
    {
        // Every file has them.
    }

    internal override bool? IsRecordLocked(string directory) => RecordLock.IsHeld(directory);

    internal override bool TryRemoveRecord(string home, string name) => RecordLock.TryRemove(home, name);

    internal override bool TryRestoreEndpoint(RecordFile record) =>
        SignalIdentity(record.KeeperProcessId, record.KeeperStartTicks, record.BootId, Libc.SIGUSR1);

    internal override bool IsKeeperAlive(RecordFile record) =>
        ProcFs.StartTicks(record.KeeperProcessId) == record.KeeperStartTicks && ProcFs.BootId() == record.BootId && !ProcFs.IsEnding(record.KeeperProcessId);

    internal override bool IsProgramAlive(RecordFile record) =>
        record.ProcessId > 0 && SignalIdentity(record.ProcessId, record.ProcessStartTicks, record.BootId, signal: 0) && !ProcFs.IsZombie(record.ProcessId);

    internal override bool CanAdopt(RecordFile record) => record.BootId == ProcFs.BootId() && record.PidNamespace == ProcFs.PidNamespace();

    internal override string FindProgram(string program) => ProgramLookup.Find(program);

    internal override StartRequest CreateRequest(ProcessSpec spec, string programPath, string home, string name)
    {
        byte[] programBytes = ByteString.Encode(programPath, "The program's path");
        string workingDirectory = spec.WorkingDirectory is { } directory ? CurrentDirectory.Resolve(directory) : CurrentDirectory.Path;
        ulong descriptorLimit = DescriptorLimit();
        return new StartRequest
        {
            Home = home,
            Name = name,
            Program = programBytes,
            Arguments = [ByteString.Encode(spec.Unix?.ArgumentZero ?? spec.Program, "The program's argv[0]"), .. spec.Arguments.Select((argument, i) => ByteString.Encode(argument, $"Argument {i + 1}"))],
            Environment = EnvironmentBlock.Create(spec),
            WorkingDirectory = ByteString.Encode(workingDirectory, "The working directory"),
            Lifetime = spec.Lifetime,
            OutputWindow = spec.OutputWindow,
            WhenFull = spec.WhenFull,
            StopGraceMilliseconds = (long)spec.StopGrace.TotalMilliseconds,
            DescriptorLimit = descriptorLimit,
            Streams = StreamPlanning.Create(spec, descriptorLimit),
            StartId = Random.Shared.NextInt64().ToString("x16", CultureInfo.InvariantCulture),
            Unix = UnixParameters.Of(spec.Unix),
        };
    }

    internal override ValueTask<KeeperLaunch> LaunchKeeperAsync(string keeperPath, string name, CancellationToken cancellationToken) =>
        new(LinuxKeeperLaunch.Start(keeperPath, name));

    internal override string EndpointOf(string directory, RecordFile record) => Path.Combine(directory, RecordPaths.Socket);

    internal override async ValueTask<Stream> ConnectAsync(string directory, RecordFile record, CancellationToken cancellationToken) =>
        await KeeperSocket.ConnectAsync(EndpointOf(directory, record), cancellationToken).ConfigureAwait(false);

    internal override unsafe (SafeHandle Reading, SafeHandle Writing) CreatePipe()
    {
        int* ends = stackalloc int[2];
        return Libc.Pipe(ends, Libc.O_CLOEXEC) == 0
            ? (new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true))
            : throw Errno.Failed("pipe2", "a pipeline");
    }

    internal override InheritanceReport InspectInheritance(int processId) => InheritanceInspection.Run(processId);

    internal override ResourceHolders FindHoldersOfFile(string path) => HolderSearch.Run(path, WantedFile.At(path));

    internal override ResourceHolders FindHoldersOfPort(int port) => HolderSearch.Run($":{port}", new WantedPort(port));

    private static unsafe ulong DescriptorLimit()
    {
        Libc.ResourceLimit limit = default;
        return Libc.GetResourceLimit(Libc.RLIMIT_NOFILE, &limit) == 0 ? limit.Soft : throw Errno.Failed("getrlimit", "RLIMIT_NOFILE");
    }

    /// <summary>
    /// Signals a process that is not a child, by identity: the pidfd is opened first and the start time read after, so that what is
    /// signalled is what was looked at, whoever has the PID by then. False when there is no such process any more.
    /// </summary>
    private static bool SignalIdentity(int pid, long startTicks, string bootId, int signal)
    {
        int descriptor = (int)Libc.Syscall((nint)Libc.SYS_pidfd_open, pid, 0, 0, 0);
        if (descriptor < 0)
        {
            return false;
        }

        using SafeFileHandle pidfd = new(descriptor, ownsHandle: true);
        return ProcFs.StartTicks(pid) == startTicks
            && ProcFs.BootId() == bootId
            && Libc.Syscall((nint)Libc.SYS_pidfd_send_signal, descriptor, signal, 0, 0) == 0;
    }
}
