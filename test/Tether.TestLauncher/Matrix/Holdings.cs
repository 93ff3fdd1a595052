using System.Text;

namespace Tether.TestLauncher.Matrix;

/// <summary>Every kind of descriptor that keeps something busy, once at a low and once at a high number.</summary>
internal sealed unsafe class Holdings
{
    private const int O_DIRECTORY = 0x10000;
    private const int O_RDWR = 2;
    private const int O_NOCTTY = 0x100;
    private const string ByProc = "no process has it (/proc/PID/fd)";

    private readonly string _directory;
    private readonly string _number;
    private readonly int _lowest;

    private Holdings(string directory, string number, int lowest)
    {
        _directory = directory;
        _number = number;
        _lowest = lowest;
    }

    /// <summary>Opens all of them, with files in <paramref name="directory"/>.</summary>
    internal static List<Holding> Open(string directory)
    {
        Native.ResourceLimit limit = default;
        Native.Check(Native.GetResourceLimit(Native.RLIMIT_NOFILE, &limit), "getrlimit");
        Holdings low = new(directory, "low", 0);
        // As far up as the limit goes: a loop over all numbers would take long, and one that stops too early would not meet them.
        Holdings high = new(directory, "high", (int)Math.Min(limit.Soft, 1_000_000) - 64);
        return [.. low.All(), .. high.All()];
    }

    private Holding[] All() =>
    [
        Locked("file with flock", CreateFile("flock")),
        OfdLocked(),
        TcpListener(),
        UnixListener(),
        Pipe(),
        EventDescriptor(),
        Epoll(),
        MemoryFile(),
        Terminal(),
        Inotify(),
        Device(),
        Directory(),
    ];

    private Holding Locked(string kind, string path)
    {
        int descriptor = Move(Native.Open(path, O_NOCTTY, 0), "open");
        Native.Check(Native.Flock(descriptor, 2 | 4), "flock"); // LOCK_EX | LOCK_NB
        return New(kind, "flock(2) can be taken", descriptor, () => Try(path, opened => Native.Flock(opened, 2 | 4)));
    }

    private Holding OfdLocked()
    {
        string path = CreateFile("ofd");
        int descriptor = Move(Native.Open(path, O_RDWR, 0), "open");
        Native.Check(LockOfd(descriptor), "fcntl(F_OFD_SETLK)");
        return New("file with OFD lock", "the lock can be taken (fcntl(2))", descriptor, () => Try(path, LockOfd));
    }

    private Holding TcpListener()
    {
        byte* address = stackalloc byte[16];
        Clear(address, 16)[0] = Libc.AF_INET;
        int descriptor = Listen(Libc.AF_INET, address, 16);
        uint length = 16;
        Native.Check(Libc.GetSocketName(descriptor, address, &length), "getsockname");
        return New("listening TCP socket", "the port can be bound", descriptor, BindAgain(Libc.AF_INET, new ReadOnlySpan<byte>(address, 16).ToArray()));
    }

    private Holding UnixListener()
    {
        // An abstract name (unix(7)) is free as soon as nobody has the socket.
        byte[] address = [Libc.AF_UNIX, 0, 0, .. Encoding.UTF8.GetBytes($"tether-matrix-{Guid.NewGuid():N}")];
        fixed (byte* bytes = address)
        {
            return New("listening Unix socket", "the name can be bound", Listen(Libc.AF_UNIX, bytes, (uint)address.Length), BindAgain(Libc.AF_UNIX, address));
        }
    }

    private Holding Pipe()
    {
        int* ends = stackalloc int[2];
        Native.Check(Libc.Pipe(ends), "pipe");
        int reader = MakePrivate(ends[0]);
        return New("pipe", "the reader sees the end", Move(ends[1], "pipe"), () => Libc.IsHungUp(reader));
    }

    private Holding EventDescriptor()
    {
        int descriptor = Move(Libc.EventDescriptor(0, 0), "eventfd");
        return New("eventfd", ByProc, descriptor, HolderSearch.ByInformation(descriptor, "eventfd-id:"));
    }

    private Holding Epoll()
    {
        int descriptor = Move(Libc.EpollCreate(0), "epoll_create1");
        int watched = Libc.EventDescriptor(0, Libc.EFD_CLOEXEC);
        // On arm64 the structure is not packed; the marker stands in what is the data of either layout.
        byte* registration = stackalloc byte[16];
        Clear(registration, 16)[0] = 1;
        new Span<byte>(registration + 8, 8).Fill((byte)Random.Shared.Next(1, 256));
        Native.Check(Libc.EpollControl(descriptor, Libc.EPOLL_CTL_ADD, watched, registration), "epoll_ctl");
        return New("epoll", ByProc, descriptor, HolderSearch.ByInformation(descriptor, "tfd:"));
    }

    private Holding MemoryFile()
    {
        string name = $"tether-matrix-{Guid.NewGuid():N}";
        return New("memfd", ByProc, Move(Libc.MemoryDescriptor(name, 0), "memfd_create"), HolderSearch.ByLink("/memfd:" + name));
    }

    private Holding Terminal()
    {
        (int master, string path) = OpenTerminal();
        int descriptor = Move(Native.Open(path, O_RDWR | O_NOCTTY, 0), "open");
        return New("pty", "its master sees the hang-up", descriptor, () => Libc.IsHungUp(master));
    }

    /// <summary>A device that only one may have. A terminal's is the one kind of which every user can have as many as he likes.</summary>
    private Holding Device() => Locked("device node", OpenTerminal().Path);

    private static (int Master, string Path) OpenTerminal()
    {
        const int size = 64;
        byte* name = stackalloc byte[size];
        int master = MakePrivate(Native.Check(Libc.OpenTerminal(O_RDWR | O_NOCTTY), "posix_openpt"));
        Native.Check(Libc.UnlockTerminal(master), "unlockpt");
        Native.Check(-Libc.TerminalName(master, name, size), "ptsname_r");
        return (master, Encoding.UTF8.GetString(new ReadOnlySpan<byte>(name, size)).TrimEnd('\0'));
    }

    private Holding Inotify()
    {
        string watched = System.IO.Directory.CreateDirectory(PathOf("watched")).FullName;
        int descriptor = Move(Libc.InotifyInit(0), "inotify_init1");
        Native.Check(Libc.InotifyAddWatch(descriptor, watched, 2), "inotify_add_watch");
        return New("inotify", ByProc, descriptor, HolderSearch.ByInformation(descriptor, "inotify wd:"));
    }

    private Holding Directory()
    {
        string path = System.IO.Directory.CreateDirectory(PathOf("directory")).FullName;
        return New("directory", ByProc, Move(Native.Open(path, O_DIRECTORY, 0), "open"), HolderSearch.ByLink(path));
    }

    private Holding New(string kind, string seenBy, int descriptor, Func<bool> isFree) => new(kind, _number, seenBy, descriptor, isFree);

    private string PathOf(string name) => Path.Combine(_directory, $"{name}-{_number}");

    private string CreateFile(string name)
    {
        string path = PathOf(name);
        File.WriteAllBytes(path, []);
        return path;
    }

    /// <summary>To the wanted range of numbers; inheritable.</summary>
    private int Move(int descriptor, string operation)
    {
        Native.Check(descriptor, operation);
        if (descriptor >= _lowest)
        {
            return descriptor;
        }

        int moved = Native.Check(Native.Fcntl(descriptor, Native.F_DUPFD, _lowest), "fcntl(F_DUPFD)");
        Native.Check(Native.Close(descriptor), "close");
        return moved;
    }

    private int Listen(int family, byte* address, uint length)
    {
        int descriptor = Move(Libc.Socket(family, Libc.SOCK_STREAM, 0), "socket");
        Native.Check(Libc.Bind(descriptor, address, length), "bind");
        Native.Check(Libc.Listen(descriptor, 1), "listen");
        return descriptor;
    }

    private static Func<bool> BindAgain(int family, byte[] address) => () =>
    {
        int descriptor = Native.Check(Libc.Socket(family, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0), "socket");
        fixed (byte* bytes = address)
        {
            // Two listeners of one port collide also when the second only binds, as neither asks for SO_REUSEADDR.
            bool isFree = Libc.Bind(descriptor, bytes, (uint)address.Length) == 0;
            Native.Check(Native.Close(descriptor), "close");
            return isFree;
        }
    };

    /// <summary>With a file description of its own, whose lock ends with it.</summary>
    private static bool Try(string path, Func<int, int> take)
    {
        int descriptor = Native.Open(path, O_RDWR | O_NOCTTY | Native.O_CLOEXEC, 0);
        bool isTaken = take(Native.Check(descriptor, "open")) == 0;
        Native.Check(Native.Close(descriptor), "close");
        return isTaken;
    }

    private static int LockOfd(int descriptor)
    {
        Libc.FileLock wanted = new() { Type = 1 }; // F_WRLCK, from the start to the end
        return Native.Fcntl(descriptor, Libc.F_OFD_SETLK, (nint)(&wanted));
    }

    /// <summary>Close-on-exec: the end from which the test looks is nobody else's.</summary>
    private static int MakePrivate(int descriptor)
    {
        Native.Check(Native.Fcntl(descriptor, 2, 1), "fcntl(F_SETFD)"); // FD_CLOEXEC
        return descriptor;
    }

    private static byte* Clear(byte* bytes, int count)
    {
        new Span<byte>(bytes, count).Clear();
        return bytes;
    }
}
