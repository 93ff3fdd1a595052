using System.Diagnostics;
using System.IO.Pipes;

namespace Tether.Chaos;

/// <summary>The run: programs that talk, faults, and the balance at the end.</summary>
internal static class ChaosRun
{
    private const int DiskMegabytes = 192;

    internal static async Task<int> RunAsync(ChaosOptions options)
    {
        Console.WriteLine($"seed {options.Seed}, {options.Faults} faults, {options.Programs} programs");
        string directory = Directory.CreateTempSubdirectory("tether-chaos-").FullName;
        string disk = Directory.CreateDirectory(Path.Combine(directory, "disk")).FullName;
        // Only root can mount; for others the home lies on the disk that there is, which is then not filled to the end.
        bool isMounted = await RunToolAsync("mount", "-t", "tmpfs", "-o", $"size={DiskMegabytes}m,mode=0700", "tmpfs", disk) == 0;
        string keeper = Path.Combine(directory, "tether-keeper");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "tether-keeper"), keeper);
        Counts counts = new();
        // One of each first, so that what the runtime makes once is there.
        string warmUp = Path.Combine(disk, "warm-up");
        Conversation first = new(directory, warmUp, keeper, "first", 0, WindowFullPolicy.Block);
        await first.StartAsync();
        await first.FinishAsync(new Counts());
        await WaitForAPipeAsync();
        int before = Descriptors();
        Stopwatch time = Stopwatch.StartNew();
        try
        {
            await BreakAsync(options, directory, Path.Combine(disk, "home"), keeper, disk, counts);
        }
        finally
        {
            if (isMounted)
            {
                await RunToolAsync("umount", disk);
            }
        }

        int processes = Leftovers(directory);
        int descriptors = Math.Max(0, Descriptors() - before);
        counts.Print(time.Elapsed, processes, descriptors);
        bool isClean = counts.Losses == 0 && processes == 0 && descriptors == 0;
        if (descriptors > 0)
        {
            foreach (string target in OpenDescriptors())
            {
                Console.Error.WriteLine($"OPEN: {target}");
            }
        }

        if (isClean)
        {
            Directory.Delete(directory, recursive: true);
        }
        else
        {
            Console.Error.WriteLine($"What was written down is in '{directory}'. The same faults again: --seed={options.Seed}");
        }

        return isClean ? 0 : 1;
    }

    private static async Task BreakAsync(ChaosOptions options, string directory, string home, string keeper, string disk, Counts counts)
    {
        Random random = new(options.Seed);
        Faults faults = new(home, keeper, disk, random, counts);
        List<Conversation> conversations = [];
        ulong seed = (ulong)options.Seed;
        for (int i = 0; i < options.Programs; i++)
        {
            conversations.Add(await StartAsync(i));
        }

        while (counts.Faults < options.Faults)
        {
            int chosen = random.Next(conversations.Count);
            if (random.Next(60) == 0)
            {
                // The balance in between, and the same name again right after the end.
                await conversations[chosen].FinishAsync(counts);
                conversations[chosen] = await StartAsync(chosen);
                counts.Add("program ended, its name used again");
                continue;
            }

            await faults.InjectAsync(conversations[chosen]);
        }

        foreach (Conversation conversation in conversations)
        {
            await conversation.FinishAsync(counts);
        }

        async Task<Conversation> StartAsync(int index)
        {
            WindowFullPolicy policy = (WindowFullPolicy)(index % 3);
            Conversation conversation = new(directory, home, keeper, $"program-{index}", seed++, policy);
            await conversation.StartAsync();
            return conversation;
        }
    }

    /// <summary>The runtime's engine for pipes and sockets comes with the first that is waited for.</summary>
    private static async Task WaitForAPipeAsync()
    {
        await using AnonymousPipeServerStream pipe = new(PipeDirection.In);
        Task<int> end = pipe.ReadAsync(new byte[1]).AsTask();
        pipe.DisposeLocalCopyOfClientHandle();
        await end;
    }

    private static int Descriptors()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return OpenDescriptors().Count();
    }

    /// <summary>The runtime's own files aside, which it opens when it first needs them.</summary>
    private static IEnumerable<string> OpenDescriptors() => Directory.GetFileSystemEntries("/proc/self/fd")
        .Select(descriptor => new FileInfo(descriptor).LinkTarget ?? "")
        .Where(target => target.Length > 0 && !target.EndsWith(".dll", StringComparison.Ordinal));

    /// <summary>Keepers and programs of this run, known by the executable or the directory.</summary>
    private static int Leftovers(string directory)
    {
        int left = 0;
        foreach (string process in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(process), out int pid) && pid != Environment.ProcessId && IsOurs(process, directory))
            {
                Console.Error.WriteLine($"LEFT: {pid} {string.Join(' ', Native.CommandLine(pid))}");
                left++;
            }
        }

        return left;
    }

    private static bool IsOurs(string process, string directory)
    {
        try
        {
            return File.ReadAllText(process + "/cmdline").Contains(directory, StringComparison.Ordinal)
                || File.ResolveLinkTarget(process + "/exe", returnFinalTarget: false)?.FullName.StartsWith(directory, StringComparison.Ordinal) == true
                || Enumerable.Range(0, 3).Any(number => File.ResolveLinkTarget($"{process}/fd/{number}", returnFinalTarget: false)?.FullName.StartsWith(directory, StringComparison.Ordinal) == true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static async Task<int> RunToolAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
