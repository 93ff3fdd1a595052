using System.Diagnostics;

namespace Tether.Bench.Drivers;

/// <summary>Many kept idle programs: what each costs, and what the commands cost beside them.</summary>
internal sealed class KeptDriver(string program, DriverOutput output)
{
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(3);

    /// <summary>Ours.</summary>
    internal async Task TetherAsync(int count, int rounds)
    {
        List<string> names = [];
        List<int> keepers = [];
        for (int i = 0; i < count; i++)
        {
            long start = Stopwatch.GetTimestamp();
            // Let go: what grows with the descriptors of a launcher is measured elsewhere.
            await using TetheredProcess process = await TetheredProcess.StartAsync(new ProcessSpec(program, "-1", "hello"));
            if (i >= count - Math.Max(1, count / 10))
            {
                output.AddMicroseconds("start", start);
            }

            names.Add(process.Name);
            keepers.Add(process.KeeperId);
        }

        string name = names[^1];
        for (int round = 0; round < rounds; round++)
        {
            Command("ps", "ps");
            Command("ps-json", "ps", "--json");
            Command("show", "show", name);
            Command("send", "send", name, "x");
            long start = Stopwatch.GetTimestamp();
            await using TetheredProcess again = await TetheredProcess.AttachAsync(names[count * round / rounds]);
            output.AddMicroseconds("attach", start);
        }

        Idle([.. keepers]);
        foreach (string each in names)
        {
            await Workplace.EndAsync(await TetheredProcess.AttachAsync(each));
        }
    }

    /// <summary>One program beside so many records of programs that have ended.</summary>
    internal async Task RecordsAsync(int count, int rounds)
    {
        await using (TetheredProcess ended = await TetheredProcess.StartAsync(new ProcessSpec("true") { Name = "ended" }))
        {
            await ended.WaitForExitAsync();
        }

        string directory = Path.Combine(Environment.GetEnvironmentVariable("TETHER_HOME")!, "ended");
        string record = File.ReadAllText(Path.Combine(directory, "record.json"));
        for (int i = 1; i < count; i++)
        {
            string copy = $"{directory}-{i}";
            Proc.Run("mkdir", "-m", "700", copy);
            foreach (string file in (string[])["exit.json", "positions", "stdout.log", "stderr.log", "order.log"])
            {
                File.Copy(Path.Combine(directory, file), Path.Combine(copy, file));
            }

            File.WriteAllText(Path.Combine(copy, "record.json"), record.Replace("\"ended\"", $"\"ended-{i}\"", StringComparison.Ordinal));
        }

        for (int round = 0; round < rounds; round++)
        {
            Command("ps", "ps");
            Command("ps-json", "ps", "--json");
            long start = Stopwatch.GetTimestamp();
            await using TetheredProcess process = await TetheredProcess.StartAsync(new ProcessSpec(program, "-1", "hello"));
            output.AddMicroseconds("start", start);
            Command("show", "show", process.Name);
            start = Stopwatch.GetTimestamp();
            await using (await TetheredProcess.AttachAsync(process.Name))
            {
                output.AddMicroseconds("attach", start);
            }

            await Workplace.EndAsync(process);
        }
    }

    /// <summary>A peer whose command starts one kept program; each word's <c>%d</c> is its number. The keeper is the program's parent.</summary>
    internal void Peer(int count, string fifo, string[] command)
    {
        Proc.Run("mkfifo", fifo);
        using FileStream first = new(fifo, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        List<int> programs = [];
        byte[] pid = new byte[4];
        for (int i = 0; i < count; i++)
        {
            Proc.Run(command[0], [.. command[1..].Select(word => word.Replace("%d", $"{Environment.ProcessId}-{i}", StringComparison.Ordinal))]);
            first.ReadExactly(pid);
            programs.Add(BitConverter.ToInt32(pid));
        }

        Idle([.. programs.Select(Proc.Parent).Distinct()]);
        programs.ForEach(id => Process.GetProcessById(id).Kill());
        first.Close();
        File.Delete(fifo);
    }

    /// <summary>tmux with so many sessions, and its list as a command.</summary>
    internal void Tmux(string server, int count, int rounds)
    {
        for (int i = 0; i < count; i++)
        {
            Proc.Run("tmux", "-L", server, "-f", "/dev/null", "new-session", "-d", $"{program} -1 hello");
        }

        for (int round = 0; round < rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            Proc.Run("tmux", "-L", server, "ls");
            output.AddMicroseconds("ps", start);
        }

        Proc.Run("tmux", "-L", server, "kill-server");
    }

    private void Idle(int[] keepers)
    {
        // What a start leaves to be done must be over before idleness is measured.
        Thread.Sleep(IdleTime / 3);
        foreach (int keeper in keepers)
        {
            output.Add("pss", Proc.Kilobytes(keeper, "Pss:"));
            output.Add("dirty", Proc.Kilobytes(keeper, "Private_Dirty:"));
        }

        long switches = keepers.Sum(Proc.Switches);
        double seconds = keepers.Sum(Proc.Seconds);
        Thread.Sleep(IdleTime);
        output.Add("wakeups", (double)(keepers.Sum(Proc.Switches) - switches) / keepers.Length);
        output.Add("idle-cpu", (keepers.Sum(Proc.Seconds) - seconds) * 1e6 / keepers.Length);
    }

    private void Command(string figure, params string[] arguments)
    {
        long start = Stopwatch.GetTimestamp();
        Proc.Run(Workplace.Tool("tether"), arguments);
        output.AddMicroseconds(figure, start);
    }
}
