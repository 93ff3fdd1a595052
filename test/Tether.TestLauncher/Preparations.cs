using System.Globalization;
using System.Runtime.InteropServices;

namespace Tether.TestLauncher;

/// <summary>
/// What launchers do to themselves before they start a program: native libraries open descriptors without O_CLOEXEC, hosts ignore signals,
/// limits are what somebody set.
/// </summary>
internal sealed unsafe class Preparations : IDisposable
{
    private readonly List<int> _fillers = [];
    private int _lockedFile = -1;
    private void* _memory;
    private LocalSocket? _client;
    private LocalSocket? _server;

    internal void Apply(string name, string value)
    {
        switch (name)
        {
            case "descriptors":
                OpenDescriptors(Number(value));
                break;
            case "fill-descriptors":
                FillDescriptors(Number(value));
                break;
            case "limit":
                SetLimit([.. value.Split(':').Select(ulong.Parse)]);
                break;
            case "limit-processes":
                LimitProcesses(Number(value));
                break;
            case "memory":
                TouchMemory((nuint)Number(value) << 20);
                break;
            case "ignore":
                ForEachSignal(value, signal => _ = Native.Signal(signal, Native.SIG_IGN));
                break;
            case "block":
                BlockSignals(value);
                break;
            case "wait-for-every-child":
                WaitForEveryChild();
                break;
            case "umask":
                _ = Native.Umask(Convert.ToUInt32(value, 8));
                break;
            case "socket":
                Connect(value);
                break;
            case "lock":
                LockFile(value);
                break;
            default:
                throw new ArgumentException($"There is no preparation '{name}'.");
        }
    }

    internal void CloseLockedFile()
    {
        Native.Check(Native.Close(_lockedFile), "close");
        _lockedFile = -1;
    }

    internal void ReleaseDescriptors()
    {
        _fillers.ForEach(descriptor => Native.Check(Native.Close(descriptor), "close"));
        _fillers.Clear();
    }

    /// <summary>A byte through the prepared socket to a read that waits for it: how many came, or the error.</summary>
    internal string Talk()
    {
        try
        {
            Task<int> reading = _client!.ReadAsync(new byte[1]).AsTask();
            if (!reading.IsCompleted)
                _server!.WriteByte(1);

            return reading.GetAwaiter().GetResult().ToString(CultureInfo.InvariantCulture);
        }
        catch (LocalSocketException error)
        {
            return error.Error.ToString();
        }
    }

    public void Dispose()
    {
        _client?.Dispose();
        _server?.Dispose();
        NativeMemory.Free(_memory);
    }

    private void Connect(string path)
    {
        using LocalServer server = LocalServer.Listen(path);
        _client = LocalSocket.Connect(path);
        _server = server.Accept();
    }

    /// <summary>Half of them at the lowest free numbers, half at the highest, none close-on-exec. The limit is a million, or what the machine allows.</summary>
    private static void OpenDescriptors(int count)
    {
        Native.ResourceLimit limit = new() { Soft = 1_000_000, Hard = 1_000_000 };
        if (Native.SetResourceLimit(Native.RLIMIT_NOFILE, &limit) != 0)
        {
            Native.Check(Native.GetResourceLimit(Native.RLIMIT_NOFILE, &limit), "getrlimit");
            SetLimit([Native.RLIMIT_NOFILE, limit.Hard, limit.Hard]);
        }

        int high = (int)limit.Hard - count;
        int first = Native.Check(Native.Open("/etc/passwd", 0, 0), "open");
        for (int i = 1; i < count; i++)
        {
            Native.Check(Native.Fcntl(first, Native.F_DUPFD, i % 2 == 0 ? 0 : high), "fcntl(F_DUPFD)");
        }
    }

    /// <summary>Takes every descriptor that is left but so many.</summary>
    private void FillDescriptors(int free)
    {
        for (int descriptor; (descriptor = Native.Open("/dev/null", Native.O_CLOEXEC, 0)) >= 0;)
        {
            _fillers.Add(descriptor);
        }

        for (; free > 0; free--)
        {
            Native.Check(Native.Close(_fillers[^1]), "close");
            _fillers.RemoveAt(_fillers.Count - 1);
        }
    }

    private static void SetLimit(ulong[] resourceSoftHard)
    {
        Native.ResourceLimit limit = new() { Soft = resourceSoftHard[1], Hard = resourceSoftHard[2] };
        Native.Check(Native.SetResourceLimit((int)resourceSoftHard[0], &limit), "setrlimit");
    }

    /// <summary>So many more processes or threads than this process has now: RLIMIT_NPROC, which root is exempt from.</summary>
    private static void LimitProcesses(int more)
    {
        const int processes = 6; // RLIMIT_NPROC
        FillThreadPool();
        ulong limit = (ulong)(Directory.GetFileSystemEntries("/proc/self/task").Length + more);
        SetLimit([processes, limit, limit]);
    }

    /// <summary>
    /// All the threads that the pool has of itself: the runtime ends the process when it cannot make one of them, and makes some only after the
    /// work that it was asked for. A pool thread asks for the next one, and for the one that watches over them, before it runs any work, so
    /// when all of them run ours at once, none is being made any more.
    /// </summary>
    private static void FillThreadPool()
    {
        ThreadPool.GetMinThreads(out int threads, out _);
        using Barrier all = new(threads + 1);
        Task[] works = [.. Enumerable.Range(0, threads).Select(_ => Task.Run(all.SignalAndWait))];
        all.SignalAndWait();
        Task.WaitAll(works);
    }

    private void TouchMemory(nuint size)
    {
        _memory = NativeMemory.Alloc(size);
        NativeMemory.Fill(_memory, size, 1);
    }

    private static void BlockSignals(string names)
    {
        ulong* set = stackalloc ulong[16];
        new Span<ulong>(set, 16).Clear();
        ForEachSignal(names, signal => set[0] |= 1UL << (signal - 1));
        Native.Check(Native.SignalMask(Native.SIG_BLOCK, set, null), "pthread_sigmask");
    }

    /// <summary>As an application does that reaps whatever ends, Tether's first copy of a keeper included.</summary>
    private static void WaitForEveryChild()
    {
        Thread waiter = new(() =>
        {
            while (true)
            {
                _ = Native.WaitPid(-1, null, 0);
            }
        })
        {
            IsBackground = true,
        };
        waiter.Start();
    }

    private void LockFile(string path)
    {
        const int exclusiveNow = 2 | 4; // LOCK_EX | LOCK_NB
        _lockedFile = Native.Check(Native.Open(path, 0, 0), "open");
        Native.Check(Native.Flock(_lockedFile, exclusiveNow), "flock");
    }

    private static void ForEachSignal(string names, Action<int> act)
    {
        foreach (string name in names.Split(','))
        {
            act(Number(name));
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
