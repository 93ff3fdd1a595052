using System.Text.Json;

namespace Tether.EndToEnd.Tests.Cli;

/// <summary>
/// A process that opens everything without close-on-exec, as native libraries do, and its child that inherited it. Both end with the
/// process's stdin.
/// </summary>
public sealed class DiagnoseTests : IDisposable
{
    private const string Opening = """
        import ctypes, fcntl, json, os, select, socket, subprocess, sys
        d = sys.argv[1]
        locked = os.open(d + '/locked', os.O_RDWR | os.O_CREAT)
        fcntl.flock(locked, fcntl.LOCK_EX)
        tcp = socket.create_server(('127.0.0.1', 0))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(('127.0.0.1', 0))
        unix = socket.socket(socket.AF_UNIX)
        unix.bind(d + '/socket')
        unix.listen()
        os.mkfifo(d + '/fifo')
        reading, writing = os.pipe()
        master, terminal = os.openpty()
        epoll = select.epoll()
        epoll.register(reading, select.EPOLLIN)
        fds = dict(file=locked, tcp=tcp.fileno(), udp=udp.fileno(), unix=unix.fileno(), fifo=os.open(d + '/fifo', os.O_RDWR), pipe=writing,
                   terminal=terminal, directory=os.open(d, os.O_RDONLY), device=os.open('/dev/null', os.O_RDONLY), epoll=epoll.fileno(),
                   eventfd=os.eventfd(0), memfd=os.memfd_create('frames'), inotify=ctypes.CDLL(None).inotify_init1(0), pidfd=os.pidfd_open(os.getpid()))
        for fd in fds.values():
            os.set_inheritable(fd, True)
        child = subprocess.Popen(['cat'], close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        print(json.dumps(dict(pid=os.getpid(), child=child.pid, port=tcp.getsockname()[1], fds=fds)), flush=True)
        if sys.argv[2] == 'stay':
            child.wait()
        os._exit(0)
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("tether-test-").FullName;

    [Fact]
    public async Task Doctor_EveryKind_IsNamedWithWhatItKeepsBusy()
    {
        await using TestHome home = new();
        using CliProcess process = Open(home, "stay");
        await using Stream input = process.Input;
        JsonElement opened = await ReadAsync(process);
        CliResult result = await home.CliAsync("doctor", opened.GetProperty("pid").ToString(), "--json");
        Assert.Equal((1, ""), (result.ExitCode, result.Error));
        JsonElement report = JsonDocument.Parse(result.OutputBytes).RootElement;
        Assert.Equal(0, report.GetProperty("problems").GetArrayLength());
        Dictionary<int, JsonElement> found = report.GetProperty("descriptors").EnumerateArray().ToDictionary(descriptor => descriptor.GetProperty("number").GetInt32());
        foreach (JsonProperty expected in opened.GetProperty("fds").EnumerateObject())
        {
            Assert.Equal(expected.Name, found[expected.Value.GetInt32()].GetProperty("kind").GetString());
        }

        string Busy(string kind) => found[opened.GetProperty("fds").GetProperty(kind).GetInt32()].GetProperty("keepsBusy").GetString()!;
        Assert.StartsWith($"the lock on {_directory}/locked (flock, exclusive)", Busy("file"), StringComparison.Ordinal);
        Assert.StartsWith($"port {opened.GetProperty("port")} (listening)", Busy("tcp"), StringComparison.Ordinal);
        Assert.StartsWith($"the socket {_directory}/socket (listening)", Busy("unix"), StringComparison.Ordinal);
        Assert.Contains("never sees end of file", Busy("pipe"), StringComparison.Ordinal);
        Assert.Contains("cannot be unmounted", Busy("directory"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_LockedFileThatAChildInherited_NamesTheChildAndTheAncestor()
    {
        await using TestHome home = new();
        using CliProcess process = Open(home, "stay");
        await using Stream input = process.Input;
        JsonElement opened = await ReadAsync(process);
        string number = opened.GetProperty("fds").GetProperty("file").ToString();
        string text = (await home.CliAsync("who", _directory + "/locked")).Succeeded();
        Assert.Matches($@"\(PID {opened.GetProperty("child")}\): descriptor {number}, inherited by what it starts\n.*holds the lock \(flock, exclusive\)\n +(likely )?got it from python3\S* \(PID {opened.GetProperty("pid")}\), descriptor {number}\n", text);
        Assert.Contains("2 processes hold it", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unix")]
    [InlineData("tcp")]
    [InlineData("fifo")]
    [InlineData("directory")]
    public async Task Who_WhatAChildInherited_NamesBoth(string kind)
    {
        await using TestHome home = new();
        using CliProcess process = Open(home, "stay");
        await using Stream input = process.Input;
        JsonElement opened = await ReadAsync(process);
        string what = kind switch { "unix" => _directory + "/socket", "fifo" => _directory + "/fifo", "directory" => _directory, _ => $":{opened.GetProperty("port")}" };
        JsonElement holders = JsonDocument.Parse((await home.CliAsync("who", what, "--json")).Succeeded()).RootElement.GetProperty("holders");
        int number = opened.GetProperty("fds").GetProperty(kind).GetInt32();
        Assert.Contains(holders.EnumerateArray(), holder => holder.GetProperty("pid").GetInt32() == opened.GetProperty("pid").GetInt32() && holder.GetProperty("descriptor").GetInt32() == number);
        JsonElement child = holders.EnumerateArray().Single(holder => holder.GetProperty("pid").GetInt32() == opened.GetProperty("child").GetInt32());
        Assert.Equal(opened.GetProperty("pid").GetInt32(), child.GetProperty("ancestor").GetProperty("pid").GetInt32());
    }

    [Fact]
    public async Task Who_AncestorThatIsGone_IsSaid()
    {
        await using TestHome home = new();
        using CliProcess process = Open(home, "leave");
        await using Stream input = process.Input;
        JsonElement opened = await ReadAsync(process);
        await process.EndAsync();
        string text = (await home.CliAsync("who", _directory + "/locked")).Succeeded();
        Assert.Contains("1 process holds it", text, StringComparison.Ordinal);
        Assert.Contains($"(PID {opened.GetProperty("child")})", text, StringComparison.Ordinal);
        Assert.Contains($"got it from an ancestor that is gone: PID {opened.GetProperty("pid")} took the lock", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_NothingInheritable_Is0()
    {
        await using TestHome home = new();
        CliResult result = await home.ShellAsync("for fd in /proc/$$/fd/*; do n=${fd##*/}; [ $n -gt 2 ] && eval \"exec $n>&-\"; done; exec tether doctor");
        Assert.Contains("nothing would leak", result.Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DoctorAndWho_WhatIsNotThere_Is2OrNobody()
    {
        await using TestHome home = new();
        (await home.CliAsync("doctor", "2147483647")).Failed(2, "There is no process 2147483647");
        (await home.CliAsync("doctor", "x")).Failed(2, "'x' is no PID");
        (await home.CliAsync("who", _directory + "/missing")).Failed(2, "There is nothing at");
        (await home.CliAsync("who", ":70000")).Failed(2, "':70000' is no port");
        await File.WriteAllTextAsync(_directory + "/idle", "", home.Bound);
        CliResult nobody = await home.CliAsync("who", _directory + "/idle");
        Assert.Equal((1, ""), (nobody.ExitCode, nobody.Error));
        Assert.Contains("nobody holds it", nobody.Output, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private CliProcess Open(TestHome home, string then) => new(home, "python3", ["-c", Opening, _directory, then]);

    private static async Task<JsonElement> ReadAsync(CliProcess process) => JsonDocument.Parse(await process.ReadLineAsync()).RootElement;
}
