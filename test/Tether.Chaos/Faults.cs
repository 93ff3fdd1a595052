using System.Diagnostics;

namespace Tether.Chaos;

/// <summary>What goes wrong. Each fault is over when its method returns; what it leaves behind the others meet.</summary>
internal sealed class Faults(string home, string keeper, string disk, Random random, Counts counts)
{
    private static readonly string[] Files = ["socket", "stdin", "stdout", "stderr"];

    private readonly string _keeperCopy = keeper + ".copy";
    private int _launched;

    /// <summary>One fault, of a random kind, on a random conversation.</summary>
    internal Task InjectAsync(Conversation conversation) => random.Next(100) switch
    {
        < 40 => KillKeeperAsync(conversation),
        < 48 => KillClientAsync(conversation),
        < 55 => KillLauncherAsync(),
        < 65 => DeleteAsync(conversation),
        < 71 => StallAsync("client stopped", conversation.ClientId, _ => true),
        < 77 => StallAsync("keeper stopped", conversation.Record.KeeperProcessId, IsKeeperOf(conversation)),
        < 81 => FillDiskAsync(),
        < 87 => ExhaustKeeperAsync(conversation),
        < 90 => ExhaustLauncherAsync(),
        < 94 => AdoptAtOnceAsync(conversation),
        < 97 => ReplaceKeeperFileAsync(),
        _ => DeleteKeeperFileAsync(conversation),
    };

    private static Func<string[], bool> IsKeeperOf(Conversation conversation) =>
        command => command is ["tether-keeper", "keep", var name] && name == conversation.Name;

    private async Task KillKeeperAsync(Conversation conversation)
    {
        // Between 0 and some milliseconds after its predecessor was killed: also while it takes over.
        await PauseAsync(random.Next(30));
        if (KillKeeper(conversation))
        {
            counts.Add("keeper killed");
        }
    }

    private static bool KillKeeper(Conversation conversation) =>
        Native.Signal(conversation.Record.KeeperProcessId, IsKeeperOf(conversation), Native.Kill);

    private Task KillClientAsync(Conversation conversation)
    {
        conversation.ReplaceClient();
        counts.Add("client killed");
        return Task.CompletedTask;
    }

    /// <summary>Killed at any time of a start: then the program runs and is controlled, or nothing is there.</summary>
    private async Task KillLauncherAsync()
    {
        string name = "launched-" + _launched++;
        using Process launcher = Process.Start(Environment.ProcessPath!, ["launch", home, keeper, name, "1", nameof(WindowFullPolicy.DropOldest)]);
        await PauseAsync(60 + random.Next(120));
        launcher.Kill();
        await launcher.WaitForExitAsync();
        counts.Add("launcher killed in a start");
        await SettleAsync(name);
    }

    /// <summary>The limit is anything from too few for the runtime itself to enough.</summary>
    private async Task ExhaustLauncherAsync()
    {
        string name = "launched-" + _launched++;
        string limit = $"--nofile={20 + random.Next(60)}";
        ProcessStartInfo start = new("prlimit", [limit, Environment.ProcessPath!, "launch", home, keeper, name, "1", nameof(WindowFullPolicy.DropOldest)])
        {
            // Without descriptors the runtime itself may die, and says much about it.
            RedirectStandardError = true,
        };
        using Process launcher = Process.Start(start)!;
        await launcher.StandardError.ReadToEndAsync();
        await launcher.WaitForExitAsync();
        counts.Add("launcher without descriptors");
        await SettleAsync(name);
    }

    /// <summary>What a launcher has left behind is ended.</summary>
    private async Task SettleAsync(string name)
    {
        // A keeper that the launcher had begun to start claims the name, or sees that nobody asks anything of it and ends. A launcher's copy
        // becomes a keeper, and that forks: a look at all processes that meets each at the moment of its change sees neither.
        const int changes = 3;
        Stopwatch time = Stopwatch.StartNew();
        for (int unseen = 0; unseen <= changes;)
        {
            if (Directory.Exists(Path.Combine(home, name)))
            {
                await Conversation.EndAsync(home, keeper, name, counts);
                return;
            }

            unseen = Native.IsInACommandLine(name) ? 0 : unseen + 1;
            if (time.Elapsed > Conversation.Patience)
            {
                counts.Lose($"{name}: the start has not come to an end.");
                return;
            }

            await Task.Yield();
        }
    }

    private Task DeleteAsync(Conversation conversation)
    {
        string file = Files[random.Next(Files.Length)];
        File.Delete(Path.Combine(home, conversation.Name, file));
        counts.Add(file == "socket" ? "socket deleted" : "FIFO deleted");
        return Task.CompletedTask;
    }

    private async Task StallAsync(string kind, int pid, Func<string[], bool> isExpected)
    {
        if (Native.Signal(pid, isExpected, Native.Stop))
        {
            await PauseAsync(random.Next(150));
            // One that was stopped is still itself.
            Native.Signal(pid, isExpected, Native.Continue);
            counts.Add(kind);
        }
    }

    private async Task FillDiskAsync()
    {
        string ballast = Path.Combine(disk, "ballast");
        try
        {
            await using FileStream file = new(ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            byte[] zeros = new byte[1024 * 1024];
            for (int size = zeros.Length; size >= 4096;)
            {
                try
                {
                    file.Write(zeros, 0, size);
                }
                catch (IOException)
                {
                    size /= 2;
                }
            }

            await PauseAsync(random.Next(200));
        }
        finally
        {
            File.Delete(ballast);
        }

        counts.Add("disk filled");
    }

    private async Task ExhaustKeeperAsync(Conversation conversation)
    {
        int pid = conversation.Record.KeeperProcessId;
        if (Native.LimitDescriptors(pid, (ulong)random.Next(40)))
        {
            conversation.ReplaceClient();
            await PauseAsync(random.Next(150));
            Native.LimitDescriptors(pid, null);
            counts.Add("keeper without descriptors");
        }
    }

    /// <summary>Three processes take over at once, and one of them may be killed.</summary>
    private async Task AdoptAtOnceAsync(Conversation conversation)
    {
        bool isKilled = KillKeeper(conversation);
        Process[] adopters = [.. Enumerable.Range(0, 3).Select(_ => Process.Start(Environment.ProcessPath!, ["adopt", home, keeper]))];
        await PauseAsync(random.Next(200));
        adopters[0].Kill();
        foreach (Process adopter in adopters)
        {
            await adopter.WaitForExitAsync();
            adopter.Dispose();
        }

        counts.Add("client killed in a take-over");
        if (isKilled)
        {
            counts.Add("keeper killed");
        }
    }

    private Task ReplaceKeeperFileAsync()
    {
        File.Copy(keeper, _keeperCopy, overwrite: true);
        File.Move(_keeperCopy, keeper, overwrite: true);
        counts.Add("keeper's executable replaced");
        return Task.CompletedTask;
    }

    private async Task DeleteKeeperFileAsync(Conversation conversation)
    {
        File.Move(keeper, _keeperCopy);
        KillKeeper(conversation);
        await PauseAsync(random.Next(100));
        File.Move(_keeperCopy, keeper);
        counts.Add("keeper's executable deleted");
    }

    private static Task PauseAsync(int milliseconds) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds));
}
