using Tether.Bench.Drivers;

namespace Tether.Bench;

/// <summary>All the works. Caller on processor 0; the program there, too (<i>same</i>), or on processor 1 (<i>split</i>).</summary>
internal sealed class Works(Peers peers, bool quick)
{
    internal const string Ours = "Tether";
    private const string OursSync = "Tether, synchronous";
    private const string OursAsync = "Tether, asynchronous";
    private static readonly Figure[] Start = [new("returns", "returns", "µs"), new("first", "first byte", "µs")];
    private static readonly Figure[] Rate = [new("rate", "rate", "GB/s"), new("cpu", "processor time per GB", "s")];
    private static readonly Figure[] Turn = [new("us", "round trip", "µs")];
    private readonly string _scratch = Directory.CreateTempSubdirectory("tether-bench-peers-").FullName;
    private readonly string _self = Environment.ProcessPath!;
    private int _number;

    private int StartCount => quick ? 8 : 20;

    private int TurnCount => quick ? 1000 : 3000;

    private string Bytes => (quick ? 256L << 20 : 1L << 30).ToString();

    private int Rounds => quick ? 3 : 5;

    internal IEnumerable<Work> All()
    {
        yield return Starts();
        if (!quick)
        {
            yield return StartsOfABigLauncher();
        }

        yield return Commands();
        yield return ManyStarts();
        yield return Output("blocks");
        yield return Output("lines");
        yield return Input();
        yield return Echo(split: false);
        yield return Echo(split: true);
        yield return PingPong(split: false);
        yield return PingPong(split: true);
        yield return Throughput(65536);
        if (!quick)
        {
            yield return Throughput(1 << 20);
        }

        yield return Kept(quick ? 20 : 100);
        if (!quick)
        {
            yield return Growth();
            yield return GrowthOfRecords();
            yield return GrowthOfClients();
            yield return GrowthOfWindow();
            yield return GrowthOfRate();
        }
    }

    internal void CleanUp()
    {
        if (Machine.Find("tmux") is not null)
        {
            using System.Diagnostics.Process? tmux = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("tmux", ["-L", TmuxServer, "kill-server"])
            {
                RedirectStandardError = true,
            });
            tmux?.WaitForExit();
        }

        if (Directory.Exists(Path.Combine(_scratch, "pm2")))
        {
            Proc.Run("env", $"PM2_HOME={Path.Combine(_scratch, "pm2")}", peers.Pm2, "kill");
        }

        Directory.Delete(_scratch, recursive: true);
    }

    private string TmuxServer => $"bench-{Environment.ProcessId}";

    private Work Starts()
    {
        string n = StartCount.ToString();
        return new Work("start", "Start", Start, Rounds,
        [
            Tether(Ours, "start", n, "0", "0"),
            C("C posix_spawn", "start", n, "0", "0"),
            Qt("QProcess::start", "start", n, "0", "0"),
            Qt("QProcess::startDetached", "detached", n, "0", "0", Fifo()),
            Tether("Process.Start", "net-start", n, "0", "0"),
            Tether("MedallionShell", "medallion-start", n),
            Node("Node spawn", "start", n, "0", "0"),
            Execa(n),
            Python("Python Popen", "start", n, "0", "0"),
            Dtach(n),
            Conmon(n),
        ],
        [
            new Target(Ours, "returns", "dtach -n", 1, AtLeast: false),
            new Target(Ours, "first", "conmon", 1, AtLeast: false),
        ],
        "dtach and conmon are whole commands and keep the program, as Tether does; the others keep nothing. Each driver is a fresh process.");
    }

    private Work StartsOfABigLauncher()
    {
        string n = "10";
        return new Work("start-big", "Start by a launcher that has touched 2 GB and holds 10,000 descriptors", Start, 3,
        [
            Tether(Ours, "start", n, "2048", "10000"),
            Tether("Tether, small launcher", "start", n, "0", "0"),
            C("C posix_spawn", "start", n, "2048", "10000"),
            Qt("QProcess::start", "start", n, "2048", "10000"),
            Qt("QProcess::startDetached", "detached", n, "2048", "10000", Fifo()),
            Tether("Process.Start", "net-start", n, "2048", "10000"),
            Node("Node spawn", "start", n, "2048", "10000"),
            Python("Python Popen", "start", n, "2048", "10000"),
        ],
        [new Target(Ours, "returns", "Tether, small launcher", 1.1, AtLeast: false)]);
    }

    private Work Commands()
    {
        string n = StartCount.ToString();
        List<Contender> all =
        [
            Timed("tether run", n, Workplace.Tool("tether"), "run", "-n", "c%d", "--") with
            {
                Environment = new Dictionary<string, string> { ["TETHER_HOME"] = Path.Combine(_scratch, "home") },
            },
            Dtach(n),
            Conmon(n),
            Tmux(n),
            new("supervisord, by RPC", ["python3", Path.Combine(peers.Sources, "python.py"), peers.Program, "supervisord", n, Folder("supervisord")],
                Peers.UnlessFound("supervisord")),
        ];
        List<Target> targets = [new Target("tether run", "returns", "tmux new-session -d", 1, AtLeast: false)];
        if (!quick)
        {
            all.Add(Pm2());
            targets.Add(new Target("tether run", "returns", "pm2 start", 0.05, AtLeast: false));
        }

        return new Work("command", "Start by a command line", Start, 3, all, targets, "The whole command; the servers of tmux, supervisord and PM2 run already.");
    }

    private Work ManyStarts() => new("starts", "Many starts", [new("starts", "rate", "starts/s")], 3,
        [
            Tether("Tether, one after the other", "starts", quick ? "100" : "1000", "1"),
            Tether("Tether, 32 at once", "starts", quick ? "96" : "320", "32"),
        ],
        [
            new Target("Tether, one after the other", "starts", null, 200, AtLeast: true),
            new Target("Tether, 32 at once", "starts", null, 200, AtLeast: true),
        ],
        "Nothing ends meanwhile: all programs are kept until the last has started.");

    private Work Output(string work)
    {
        bool lines = work == "lines";
        string bytes = lines ? (quick ? 8_000_000 : 40_000_000).ToString() : Bytes;
        List<Contender> all =
        [
            On0(Tether(Ours, "output", work, "1", "0,1", bytes, "1")),
            On0(Tether("Tether, no client", "output", work, "1", "0,1", bytes, "0")),
            On0(Tether("Tether, three clients", "output", work, "1", "0,1", bytes, "3")),
            On0(C("C, default pipe", "output", "1", work, bytes, "65536", "0", "65536")),
            On0(C("C, 1 MiB pipe", "output", "1", work, bytes, "65536", "1048576", "1048576")),
            On0(Qt("QProcess", "output", "1", work, bytes, "65536", "1048576")),
            On0(Tether("Process, synchronous", "net-output", work, "1", bytes, "sync")),
            On0(Tether("Process, asynchronous", "net-output", work, "1", bytes, "async")),
            On0(Node("Node", "output", "1", work, bytes, "65536")),
            On0(Python("Python", "output", "1", work, bytes, "65536")),
        ];
        if (!lines)
        {
            all.Add(On0(ConmonAttached("conmon, log and attached client", (64 << 20).ToString(), $"late-blocks {64 << 20} 65536", "0,1")));
        }

        Target[] targets = lines
            ? [new Target(Ours, "rate", "C, default pipe", 0.9, AtLeast: true)]
            :
            [
                new Target(Ours, "rate", "C, 1 MiB pipe", 0.95, AtLeast: true) { MachineDecides = true },
                new Target(Ours, "rate", "C, default pipe", 2.5, AtLeast: true) { MachineDecides = true },
                new Target(Ours, "rate", "conmon, log and attached client", 10, AtLeast: true),
                new Target("Tether, no client", "rate", Ours, 1, AtLeast: true),
                new Target("Tether, three clients", "rate", Ours, 0.8, AtLeast: true),
            ];
        return new Work($"output-{work}", lines ? "Output in lines of 80 bytes, one write each" : "Output in blocks of 64 KiB", Rate, Rounds, all, targets,
            "Split; the keepers of Tether and conmon may use both processors. Tether and conmon keep what they pass on. "
            + "Tether's time runs from the byte that tells the attached program to begin, the others' from the start of the program.");
    }

    private Work Input() => new("input", "Input in blocks of 64 KiB", Rate, Rounds,
        [
            On0(Tether(Ours, "input", "1", "0,1", Bytes)),
            On0(C("C", "input", "1", Bytes)),
            On0(Qt("QProcess", "input", "1", Bytes)),
            On0(Tether("Process, synchronous", "net-input", "1", Bytes)),
            On0(Node("Node", "input", "1", Bytes)),
            On0(Python("Python", "input", "1", Bytes)),
        ],
        [new Target(Ours, "rate", "C", 0.9, AtLeast: true) { MachineDecides = true }],
        "Split; Tether's keeper may use both processors.");

    private Work Echo(bool split)
    {
        string cpu = split ? "1" : "-1";
        string n = TurnCount.ToString();
        return new Work(split ? "echo-split" : "echo-same", $"Echo of 64 bytes, {(split ? "split" : "same")}", Turn, 3,
        [
            On0(Tether(OursSync, "echo", cpu, "-1", n, "sync")),
            On0(Tether(OursAsync, "echo", cpu, "-1", n, "async")),
            On0(C("C pipes", "echo", cpu, n)),
            On0(Qt("QProcess, waitForReadyRead", "echo", cpu, n, "0")),
            On0(Qt("QProcess, event loop", "echo", cpu, n, "1")),
            On0(Tether("Process, synchronous", "net-echo", cpu, n, "sync")),
            On0(Tether("Process, asynchronous", "net-echo", cpu, n, "async")),
            On0(Node("Node", "echo", cpu, n)),
            On0(Python("Python", "echo", cpu, n)),
            On0(ConmonAttached("conmon", n, "echo", "0", cpu)),
        ],
        [new Target(OursSync, "us", "C pipes", split ? 1.5 : 3, AtLeast: false) { MachineDecides = split }],
        "The keepers of Tether and conmon run on the caller's processor.");
    }

    private Work PingPong(bool split)
    {
        string cpu = split ? "1" : "-1";
        string n = TurnCount.ToString();
        return new Work(split ? "socket-split" : "socket-same", $"Local socket, ping-pong of 64 bytes, {(split ? "split" : "same")}", Turn, 3,
        [
            On0(Tether("Tether LocalSocket, synchronous", "sockets", "ours", "sync", cpu, n, "0", "0")),
            On0(Tether("Tether LocalSocket, asynchronous", "sockets", "ours", "async", cpu, n, "0", "0")),
            On0(C("C", "sockets", cpu, n, "0", "0")),
            On0(Qt("QLocalSocket, blocking", "sockets", cpu, n, "0", "0", "0")),
            On0(Qt("QLocalSocket, event loop", "sockets", cpu, n, "0", "0", "1")),
            On0(Tether(".NET Socket, synchronous", "sockets", "net", "sync", cpu, n, "0", "0")),
            On0(Tether(".NET Socket, asynchronous", "sockets", "net", "async", cpu, n, "0", "0")),
        ],
        [
            new Target("Tether LocalSocket, synchronous", "us", "C", 1.15, AtLeast: false),
            new Target("Tether LocalSocket, asynchronous", "us", "QLocalSocket, event loop", 1, AtLeast: false) { MachineDecides = split },
        ]);
    }

    private Work Throughput(int message)
    {
        string size = message.ToString();
        return new Work($"socket-rate-{message >> 10}k", $"Local socket, messages of {message >> 10} KiB one way", Rate[..1], Rounds,
        [
            On0(Tether("Tether LocalSocket, synchronous", "sockets", "ours", "sync", "1", "0", Bytes, size)),
            On0(Tether("Tether LocalSocket, asynchronous", "sockets", "ours", "async", "1", "0", Bytes, size)),
            On0(C("C", "sockets", "1", "0", Bytes, size)),
            On0(Qt("QLocalSocket", "sockets", "1", "0", Bytes, size, "0")),
            On0(Tether(".NET Socket, synchronous", "sockets", "net", "sync", "1", "0", Bytes, size)),
            On0(Tether(".NET Socket, asynchronous", "sockets", "net", "async", "1", "0", Bytes, size)),
        ],
        [
            new Target("Tether LocalSocket, synchronous", "rate", "C", 0.95, AtLeast: true),
            new Target("Tether LocalSocket, synchronous", "rate", "QLocalSocket", 2, AtLeast: true),
        ],
        "Split.");
    }

    private Work Kept(int count)
    {
        string n = count.ToString();
        string dtachFifo = Fifo();
        string conmonFifo = Fifo();
        return new Work("kept", $"{count} kept idle programs", KeptFigures, 1,
        [
            Tether(Ours, "kept", n, "30"),
            new("dtach", [_self, "driver", peers.Program, "kept-peer", n, dtachFifo, .. DtachCommand("k", dtachFifo)], Peers.UnlessFound("dtach")),
            new("conmon", [_self, "driver", peers.Program, "kept-peer", n, conmonFifo, .. ConmonCommand("k", Folder("conmon-kept"))], Peers.UnlessFound("conmon"),
                new Dictionary<string, string> { ["BENCH_PROGRAM"] = $"{peers.Program} -1 signal {conmonFifo}" }),
            new("tmux", [_self, "driver", peers.Program, "kept-tmux", $"{TmuxServer}-kept", n, "30"], Peers.UnlessFound("tmux")),
        ],
        [
            new Target(Ours, "pss", "conmon", 1, AtLeast: false),
            new Target(Ours, "wakeups", null, 0, AtLeast: false),
            new Target(Ours, "ps", "tmux", 1.5, AtLeast: false),
            new Target(Ours, "ps", null, 12_000, AtLeast: false),
            new Target(Ours, "show", null, 12_000, AtLeast: false),
            new Target(Ours, "send", null, 12_000, AtLeast: false),
        ],
        "Memory and wake-ups of a keeper; wake-ups and processor time in three idle seconds. The list of tmux is `tmux ls`.");
    }

    private Work Growth() => new("growth", "Growth with the number of kept programs", KeptFigures, 1,
        [.. GrowthCounts().Select(n => Tether($"Tether, {n}", "kept", n.ToString(), n >= 1000 ? "10" : "30"))],
        [
            .. GrowthCounts().TakeLast(1).SelectMany(n => new Target[]
            {
                new($"Tether, {n}", "ps", null, 100_000, AtLeast: false),
                new($"Tether, {n}", "ps-json", null, 100_000, AtLeast: false),
                new($"Tether, {n}", "attach", null, 5_000, AtLeast: false),
                new($"Tether, {n}", "start", "Tether, 10", 1.5, AtLeast: false),
            }),
        ],
        "Start: the last tenth of them.");

    private Work GrowthOfRecords()
    {
        int[] counts = [10, 100, 1000, 10_000];
        return new Work("growth-records", "Growth with the number of records of programs that have ended", KeptFigures, 1,
            [.. counts.Select(n => Tether($"Tether, {n}", "records", n.ToString(), "20"))],
            [
                new Target("Tether, 10000", "start", "Tether, 10", 1.5, AtLeast: false),
                new Target("Tether, 10000", "attach", "Tether, 10", 1.5, AtLeast: false),
                new Target("Tether, 10000", "show", "Tether, 10", 1.5, AtLeast: false),
            ],
            "The list has all of them, so it grows; nothing else should.");
    }

    private Work GrowthOfClients()
    {
        int[] counts = [1, 2, 4, 8];
        return new Work("growth-clients", "Growth with the number of clients: output in blocks of 64 KiB, each client's rate", Rate, Rounds,
            [.. counts.Select(n => Tether($"Tether, {n}", "output", "blocks", "-1", "-1", (256L << 20).ToString(), n.ToString()))],
            [], "Nothing is placed; all clients are threads of one process with a connection each, and all read everything.");
    }

    private Work GrowthOfWindow()
    {
        (string Name, long Bytes)[] windows = [("64 KiB", 64L << 10), ("1 MiB", 1L << 20), ("8 MiB, the default", 8L << 20), ("64 MiB", 64L << 20), ("1 GiB", 1L << 30)];
        return new Work("growth-window", "Growth with the window: output in blocks of 64 KiB, read live", Rate, Rounds,
            [.. windows.Select(w => On0(Tether(w.Name, "output", "blocks", "1", "0,1", Bytes, "1", w.Bytes.ToString())))],
            [], "Split. Policy \"block\": what has been read gives way.");
    }

    private Work GrowthOfRate()
    {
        long[] rates = [10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];
        return new Work("growth-rate", "Growth with the rate of output, in pieces of 4 KiB", [new("share", "share of a processor that the keeper needs", "%")], 3,
            [.. rates.Select(r => Tether($"Tether, {r / 1000:#,0} kB/s", "paced", "-1", r.ToString(), "2"))], [], "One client reads along.");
    }

    private static readonly Figure[] KeptFigures =
    [
        new("ps", "list, whole command", "µs"), new("ps-json", "list as JSON", "µs"), new("show", "show", "µs"), new("send", "send", "µs"),
        new("attach", "attach", "µs"), new("start", "start", "µs"), new("pss", "PSS of a keeper", "kB"), new("dirty", "private dirty", "kB"),
        new("wakeups", "wake-ups of a keeper", ""), new("idle-cpu", "processor time", "µs"),
    ];

    private static int[] GrowthCounts()
    {
        long available = long.Parse(File.ReadLines("/proc/meminfo").First(l => l.StartsWith("MemAvailable:", StringComparison.Ordinal))[13..^2]);
        return available > 8 << 20 ? [1, 10, 100, 1000, 2000] : [1, 10, 100, 1000];
    }

    private Contender Tether(string name, params string[] words) => new(name, [_self, "driver", peers.Program, .. words]);

    private Contender C(string name, params string[] words) => new(name, [peers.Limits, peers.Program, .. words], Peers.Unless(peers.Limits));

    private Contender Qt(string name, params string[] words) => new(name, [peers.Qt, peers.Program, .. words], Peers.Unless(peers.Qt));

    private Contender Node(string name, params string[] words) =>
        new(name, ["node", Path.Combine(peers.Sources, "node.mjs"), peers.Program, .. words], Peers.UnlessFound("node"),
            new Dictionary<string, string> { ["BENCH_NODE_MODULES"] = peers.NodeModules });

    private Contender Execa(string rounds)
    {
        Contender node = Node("execa", "start", rounds, "0", "0", "execa");
        return node with { Missing = node.Missing ?? Peers.Unless(Path.Combine(peers.NodeModules, "execa", "package.json")) };
    }

    private Contender Python(string name, params string[] words) =>
        new(name, ["python3", Path.Combine(peers.Sources, "python.py"), peers.Program, .. words], Peers.UnlessFound("python3"));

    /// <summary>A command line that starts the program that follows it.</summary>
    private Contender Timed(string name, string rounds, params string[] command)
    {
        string fifo = Fifo();
        return C(name, ["command", rounds, fifo, "0", .. command, peers.Program, "-1", "signal", fifo]);
    }

    private Contender Dtach(string rounds) =>
        Timed("dtach -n", rounds, "dtach", "-n", Path.Combine(_scratch, $"s{_number}-%d")) with { Missing = Peers.UnlessFound("dtach") };

    private string[] DtachCommand(string prefix, string fifo) =>
        ["dtach", "-n", Path.Combine(_scratch, $"{prefix}%d"), peers.Program, "-1", "signal", fifo];

    private Contender Tmux(string rounds)
    {
        string fifo = Fifo();
        if (Peers.UnlessFound("tmux") is null)
        {
            Proc.Run("tmux", "-L", TmuxServer, "-f", "/dev/null", "new-session", "-d", $"{peers.Program} -1 hello");
        }

        return C("tmux new-session -d", "command", rounds, fifo, "0", "tmux", "-L", TmuxServer, "new-session", "-d", $"exec {peers.Program} -1 signal {fifo}")
            with { Missing = Peers.UnlessFound("tmux") };
    }

    private Contender Pm2()
    {
        string fifo = Fifo();
        string home = Folder("pm2");
        string? missing = Peers.Unless(peers.Pm2);
        if (missing is null)
        {
            Proc.Run("env", $"PM2_HOME={home}", peers.Pm2, "ping");
        }

        // --no-autorestart: the stopwatch kills each program.
        return C("pm2 start", "command", "5", fifo, "0", peers.Pm2, "start", peers.Program, "--name", "p%d", "--no-autorestart", "--interpreter", "none", "--",
            "-1", "signal", fifo) with { Missing = missing, Environment = new Dictionary<string, string> { ["PM2_HOME"] = home } };
    }

    private Contender Conmon(string rounds)
    {
        string fifo = Fifo();
        return C("conmon", ["command", rounds, fifo, "1", .. ConmonCommand("c", Folder($"conmon{_number}")), "--sync"]) with
        {
            Missing = Peers.UnlessFound("conmon"),
            Environment = new Dictionary<string, string> { ["BENCH_PROGRAM"] = $"{peers.Program} -1 signal {fifo}" },
        };
    }

    private string[] ConmonCommand(string prefix, string folder) =>
    [
        "conmon", "--api-version", "1", "-c", $"{prefix}%d", "-u", $"{prefix}%d", "-r", peers.Runtime, "-b", folder, "-p", $"{folder}/pid%d",
        "-l", $"k8s-file:{folder}/log%d", "--socket-dir-path", folder,
    ];

    private Contender ConmonAttached(string name, string amount, string work, string keeper, string cpu = "1")
    {
        string folder = Folder($"conmon{_number++}");
        return C(name,
        [
            "conmon", $"{folder}/u/attach", work.Split(' ')[0], amount, "taskset", "-c", keeper,
            .. ConmonCommand("u", folder).Select(word => word.Replace("%d", "", StringComparison.Ordinal)), "--sync", "-i",
        ]) with
        {
            Missing = Peers.UnlessFound("conmon"),
            Environment = new Dictionary<string, string> { ["BENCH_PROGRAM"] = $"{peers.Program} {cpu} {work}" },
        };
    }

    private static Contender On0(Contender contender) => contender with { Command = ["taskset", "-c", "0", .. contender.Command] };

    private string Fifo() => Path.Combine(_scratch, $"f{_number++}");

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(_scratch, name)).FullName;
}
