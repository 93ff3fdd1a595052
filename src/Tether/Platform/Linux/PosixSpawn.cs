using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary>
/// Starts a process that has nothing but what is listed here: default signal dispositions, the given signal mask, a session of its own,
/// the given descriptors and no other. Everything between fork and exec is the C library's: posix_spawn(3) shares the address space with
/// the child (CLONE_VFORK), so that a launcher with gigabytes of memory starts as fast as a small one, and no managed code runs in the child.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class PosixSpawn
{
    // posix_spawnattr_t is 336 bytes and posix_spawn_file_actions_t 80 in glibc on 64-bit machines, both less in musl.
    private const int OpaqueSize = 512;

    internal required byte[] Path { get; init; }

    internal required IReadOnlyList<byte[]> Arguments { get; init; }

    internal required IReadOnlyList<byte[]> Environment { get; init; }

    /// <summary>Null leaves the caller's working directory.</summary>
    internal byte[]? WorkingDirectory { get; init; }

    /// <summary>What becomes descriptor 0, 1, 2, …; null stands for <c>/dev/null</c>. Sources above 2, or moved before they are overwritten: see <see cref="AddDescriptors"/>.</summary>
    internal required IReadOnlyList<SafeHandle?> Descriptors { get; init; }

    /// <summary>
    /// What becomes which further descriptor, above those of <see cref="Descriptors"/>, by ascending number. The sources' own numbers are above
    /// all of these.
    /// </summary>
    internal IReadOnlyList<(int Number, SafeHandle Source)> FurtherDescriptors { get; init; } = [];

    /// <summary>Signals that stay blocked in the new process.</summary>
    internal IReadOnlyList<int> BlockedSignals { get; init; } = [];

    /// <summary>
    /// The new process's soft limit on descriptors; null leaves the caller's. The child inherits it, so it is the caller's too for as long
    /// as the spawn takes: for a process that has one thread.
    /// </summary>
    internal ulong? DescriptorLimit { get; init; }

    /// <summary>Starts the process. Returns 0, or the error number of what failed: an action, or exec itself.</summary>
    internal int Start(out int pid)
    {
        void* attributes = stackalloc byte[OpaqueSize];
        void* actions = stackalloc byte[OpaqueSize];
        Check(Libc.SpawnAttributesInit(attributes), "posix_spawnattr_init");
        try
        {
            Check(Libc.SpawnActionsInit(actions), "posix_spawn_file_actions_init");
            try
            {
                SetAttributes(attributes);
                AddDescriptors(actions);
                using NativeStrings arguments = new(Arguments);
                using NativeStrings environment = new(Environment);
                using NativeStrings paths = new(WorkingDirectory is null ? [Path] : [Path, WorkingDirectory]);
                if (WorkingDirectory is not null)
                {
                    Check(Libc.SpawnActionsAddChangeDirectory(actions, paths.Pointer[1]), "posix_spawn_file_actions_addchdir_np");
                }

                Libc.ResourceLimit own = default;
                bool isLimited = TrySetLimit(&own);
                int started = 0;
                int errno = Libc.PosixSpawn(&started, paths.Pointer[0], actions, attributes, arguments.Pointer, environment.Pointer);
                if (isLimited)
                {
                    _ = Libc.SetResourceLimit(Libc.RLIMIT_NOFILE, &own);
                }

                pid = started;
                return errno;
            }
            finally
            {
                _ = Libc.SpawnActionsDestroy(actions);
            }
        }
        finally
        {
            _ = Libc.SpawnAttributesDestroy(attributes);
        }
    }

    /// <summary>Not before the actions are complete: the C library takes no descriptor into them that is above the limit.</summary>
    private bool TrySetLimit(Libc.ResourceLimit* own)
    {
        if (DescriptorLimit is not { } wanted || Libc.GetResourceLimit(Libc.RLIMIT_NOFILE, own) != 0 || own->Soft == wanted)
        {
            return false;
        }

        Libc.ResourceLimit limit = *own with { Soft = Math.Min(wanted, own->Hard) };
        return Libc.SetResourceLimit(Libc.RLIMIT_NOFILE, &limit) == 0;
    }

    private void SetAttributes(void* attributes)
    {
        Libc.SignalSet all = Libc.SignalSet.All;
        Libc.SignalSet mask = default;
        foreach (int signal in BlockedSignals)
        {
            mask.Add(signal);
        }

        Check(Libc.SpawnAttributesSetDefaultSignals(attributes, &all), "posix_spawnattr_setsigdefault");
        Check(Libc.SpawnAttributesSetSignalMask(attributes, &mask), "posix_spawnattr_setsigmask");
        const short flags = Libc.POSIX_SPAWN_SETSIGDEF | Libc.POSIX_SPAWN_SETSIGMASK | Libc.POSIX_SPAWN_SETSID;
        Check(Libc.SpawnAttributesSetFlags(attributes, flags), "posix_spawnattr_setflags");
    }

    /// <summary>
    /// Highest number first: a launcher may run with 0, 1 or 2 closed, and then a source is one of these numbers; it has been duplicated
    /// to its place above before /dev/null takes the number. Duplicating a descriptor onto itself clears its close-on-exec flag (glibc 2.29).
    /// </summary>
    private void AddDescriptors(void* actions)
    {
        for (int target = Descriptors.Count - 1; target >= 0; target--)
        {
            int result = Descriptors[target] is { } source
                ? Libc.SpawnActionsAddDuplicate(actions, (int)source.DangerousGetHandle(), target)
                : Libc.SpawnActionsAddOpen(actions, target, "/dev/null", Libc.O_RDWR, 0);
            Check(result, "posix_spawn_file_actions_add");
        }

        int end = Descriptors.Count;
        foreach ((int target, SafeHandle source) in FurtherDescriptors)
        {
            // Whatever the caller has between them is not passed on. Closing what is not open is no error to posix_spawn(3).
            for (; end < target; end++)
            {
                Check(Libc.SpawnActionsAddClose(actions, end), "posix_spawn_file_actions_addclose");
            }

            Check(Libc.SpawnActionsAddDuplicate(actions, (int)source.DangerousGetHandle(), target), "posix_spawn_file_actions_adddup2");
            end = target + 1;
        }

        try
        {
            Check(Libc.SpawnActionsAddCloseFrom(actions, end), "posix_spawn_file_actions_addclosefrom_np");
        }
        catch (Exception error) when (error is EntryPointNotFoundException or DllNotFoundException)
        {
            // musl: the keeper's own descriptors are all close-on-exec, and the keeper closes what came with it (KeeperProcess).
        }
    }

    private static void Check(int errno, string operation)
    {
        if (errno != 0)
        {
            throw new IOException($"{operation} failed: {Errno.Text(errno)} (errno {errno}).", errno);
        }
    }
}
