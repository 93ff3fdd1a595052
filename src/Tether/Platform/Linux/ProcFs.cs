using System.Buffers.Text;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text;

namespace Tether.Platform.Linux;

/// <summary>What /proc tells of processes (proc_pid_stat(5), proc_pid_task(5)).</summary>
[SupportedOSPlatform("linux")]
internal static class ProcFs
{
    /// <summary>Some fifty numbers and a name of at most 64 bytes (a kernel thread's).</summary>
    private const int StatSize = 2048;

    /// <summary>The start time of a process in clock ticks since boot: with its PID and the boot, its identity. Null when there is no such process.</summary>
    internal static long? StartTicks(int pid)
    {
        // "pid (name) state ppid … starttime": the name may hold spaces and parentheses, so count from the last ")".
        // starttime is field 22; after the ")" the state is the first, so starttime is the 20th.
        return StatField(pid, 20);
    }

    /// <summary>The present in the same unit: USER_HZ is 100 on every architecture that .NET runs on.</summary>
    internal static long NowTicks()
    {
        string uptime = File.ReadAllText("/proc/uptime");
        return (long)(double.Parse(uptime.AsSpan(0, uptime.IndexOf(' ')), CultureInfo.InvariantCulture) * 100);
    }

    /// <summary>The PID of a process's parent, or null when there is no such process.</summary>
    internal static int? Parent(int pid) => (int?)StatField(pid, 2);

    /// <summary>The session of a process, or null when there is no such process.</summary>
    internal static int? Session(int pid) => (int?)StatField(pid, 4);

    /// <summary>Whether a process is on its way out (PF_EXITING of linux/sched.h), has ended, or is gone.</summary>
    internal static bool IsEnding(int pid) => StatField(pid, 7) is not { } flags || (flags & 0x4) != 0 || IsZombie(pid);

    /// <summary>
    /// The wait status (waitpid(2)) of a process that has ended and was not reaped yet; null for any other, and where the kernel does not
    /// show it (proc_pid_stat(5): it asks for ptrace access).
    /// </summary>
    internal static int? WaitStatus(int pid) => IsZombie(pid) ? (int?)StatField(pid, 50) : null;

    /// <summary>The namespace of this process's PIDs, as <c>pid:[N]</c>.</summary>
    internal static string PidNamespace() => ProcLinks.Read("/proc/self/ns/pid") ?? "";

    /// <summary>Every process there is.</summary>
    internal static IEnumerable<int> Processes()
    {
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out int pid))
            {
                yield return pid;
            }
        }
    }

    /// <summary>Whether a process is a thread of the kernel, which holds nothing that a program could (PF_KTHREAD of linux/sched.h).</summary>
    internal static bool IsKernelThread(int pid) => (StatField(pid, 7) & 0x0020_0000) is > 0;

    /// <summary>Whether a process has ended and only its exit status is left, for its parent to take. False also when there is no such process.</summary>
    internal static bool IsZombie(int pid)
    {
        Span<byte> buffer = stackalloc byte[StatSize];
        ReadOnlySpan<byte> fields = StatFields(pid, buffer);
        return fields is [(byte)'Z' or (byte)'X', ..];
    }

    /// <summary>The name of a process, of which the kernel keeps 15 bytes; "?" when there is no such process.</summary>
    internal static string Name(int pid)
    {
        try
        {
            return ByteString.Decode(File.ReadAllBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/comm"))).TrimEnd('\n');
        }
        catch (IOException)
        {
            return "?";
        }
    }

    /// <summary>The boot that this system runs from.</summary>
    internal static string BootId()
    {
        const string path = "/proc/sys/kernel/random/boot_id";
        ReadOnlySpan<byte> id = SmallFile.Read(path, stackalloc byte[64], out int errno);
        return errno == 0 ? Encoding.ASCII.GetString(id.Trim((byte)'\n')) : throw Errno.Failed("read", path, errno);
    }

    // A kernel can be built without CONFIG_PROC_CHILDREN.
    private static bool HasChildrenFiles { get; } = File.Exists("/proc/thread-self/children");

    /// <summary>The children of a process, by all of its threads. Empty when it has none or is gone.</summary>
    internal static List<int> Children(int pid) => HasChildrenFiles ? ListedChildren(pid) : SearchedChildren(pid);

    private static List<int> SearchedChildren(int pid)
    {
        List<int> children = [];
        foreach (int candidate in Processes())
        {
            if (Parent(candidate) == pid)
            {
                children.Add(candidate);
            }
        }

        return children;
    }

    private static List<int> ListedChildren(int pid)
    {
        List<int> children = [];
        string tasks = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/task");
        try
        {
            foreach (string task in Directory.EnumerateDirectories(tasks))
            {
                ReadOnlySpan<byte> list = File.ReadAllBytes(task + "/children");
                while (Utf8Parser.TryParse(list, out int child, out int consumed))
                {
                    children.Add(child);
                    list = list[consumed..].TrimStart((byte)' ');
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The process, or one of its threads, ended while it was read: what it had, the caller meets elsewhere or in its next pass. Or
            // it runs as another user (set-user-ID) and /proc is mounted with hidepid=1.
        }

        return children;
    }

    private static long? StatField(int pid, int afterName)
    {
        Span<byte> buffer = stackalloc byte[StatSize];
        ReadOnlySpan<byte> rest = StatFields(pid, buffer);
        foreach (Range field in rest.Split((byte)' '))
        {
            if (--afterName == 0)
            {
                return Utf8Parser.TryParse(rest[field], out long value, out _) ? value : null;
            }
        }

        return null;
    }

    /// <summary>What stands behind the name. Empty when there is no such process, or none that this user may look at (hidepid=1 of proc(5)).</summary>
    private static ReadOnlySpan<byte> StatFields(int pid, Span<byte> buffer)
    {
        ReadOnlySpan<byte> stat = SmallFile.Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"), buffer, out _);
        int name = stat.LastIndexOf((byte)')');
        return name < 0 || stat.Length < name + 2 ? default : stat[(name + 2)..];
    }
}
