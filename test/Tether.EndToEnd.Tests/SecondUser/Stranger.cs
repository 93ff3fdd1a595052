using System.Diagnostics;

namespace Tether.EndToEnd.Tests.SecondUser;

/// <summary>What "nobody", a real second user, can do: Python's own words, one for each attempt.</summary>
internal static class Stranger
{
    internal const int Id = 65534;

    /// <summary>Attempts on a path each print the error's class, or what they got.</summary>
    private const string Script = """
        import os, socket, sys
        def attempt(what, action):
            try: print(what, action())
            except OSError as error: print(what, type(error).__name__)
        home, name = sys.argv[1:]
        record = home + '/' + name
        def connect():
            s = socket.socket(socket.AF_UNIX); s.settimeout(20); s.connect(record + '/socket')
            try: s.sendall(b'\x4b\0\0\0\x01')
            except OSError: pass
            try: return 'got %d bytes' % len(s.recv(100))
            except ConnectionResetError: return 'got 0 bytes'
        attempt('list', lambda: os.listdir(home))
        attempt('read', lambda: open(record + '/stdout.log', 'rb').read())
        attempt('record', lambda: open(record + '/record.json').read())
        attempt('input', lambda: os.open(record + '/stdin', os.O_WRONLY | os.O_NONBLOCK))
        attempt('write', lambda: open(record + '/positions', 'r+b').write(b'x'))
        attempt('connect', connect)
        attempt('block', lambda: os.mkdir(home + '/blocked'))
        attempt('remove', lambda: os.rename(record, home + '/gone'))
        """;

    /// <summary>The system's own: a user's may be where nobody else can go.</summary>
    internal static string Python { get; } = new[] { "/usr/bin/python3", "/usr/local/bin/python3" }.First(File.Exists);

    /// <summary>Each attempt and what came of it.</summary>
    internal static async Task<Dictionary<string, string>> TryAllAsync(string home, string name, CancellationToken bound)
    {
        string output = await RunAsync([Python, "-c", Script, home, name], bound);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToDictionary(line => line.Split(' ')[0], line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
    }

    /// <summary>Runs a command as that user and returns what it wrote.</summary>
    internal static async Task<string> RunAsync(string[] command, CancellationToken bound)
    {
        using Process process = Process.Start(new ProcessStartInfo("setpriv", [$"--reuid={Id}", $"--regid={Id}", "--clear-groups", .. command])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        })!;
        string output = await process.StandardOutput.ReadToEndAsync(bound);
        await process.WaitForExitAsync(bound);
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    internal static async Task OwnAsync(string path, CancellationToken bound)
    {
        using Process chown = Process.Start("chown", ["-h", $"{Id}:{Id}", path]);
        await chown.WaitForExitAsync(bound);
        Assert.Equal(0, chown.ExitCode);
    }
}
