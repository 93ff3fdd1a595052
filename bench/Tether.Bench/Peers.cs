namespace Tether.Bench;

/// <summary>Which peers are here, and where.</summary>
internal sealed class Peers(string directory)
{
    internal string Program { get; } = Path.Combine(directory, "program");

    internal string Limits { get; } = Path.Combine(directory, "limits");

    internal string Runtime { get; } = Path.Combine(directory, "runtime");

    internal string Qt { get; } = Path.Combine(directory, "qt");

    internal string NodeModules { get; } = Path.Combine(directory, "node_modules");

    internal string Pm2 => Path.Combine(NodeModules, ".bin", "pm2");

    internal string Sources { get; } = Environment.GetEnvironmentVariable("BENCH_SOURCES") ?? Path.Combine("bench", "peers");

    /// <summary>Null when the file is there, else what the tables say in place of figures.</summary>
    internal static string? Unless(string path) => File.Exists(path) ? null : "not installed";

    internal static string? UnlessFound(string program) => Machine.Find(program) is null ? "not installed" : null;

    internal IEnumerable<string> Describe()
    {
        yield return $"C: {Machine.Version("gcc", "--version") ?? "not installed"}";
        yield return $"Qt: {(File.Exists(Qt) ? Machine.Version("qmake6", "-query", "QT_VERSION") ?? "installed" : "not installed")}";
        yield return $"Node: {Machine.Version("node", "--version") ?? "not installed"}";
        yield return $"Python: {Machine.Version("python3", "--version") ?? "not installed"}";
        yield return "MedallionShell: 1.6.1";
        yield return $"dtach: {Machine.Version("dtach", "--version") ?? "not installed"}";
        yield return $"tmux: {Machine.Version("tmux", "-V") ?? "not installed"}";
        yield return $"conmon: {Machine.Version("conmon", "--version") ?? "not installed"}";
        yield return $"supervisord: {Machine.Version("supervisord", "--version") ?? "not installed"}";
        yield return $"pm2: {Package("pm2")}";
        yield return $"execa: {Package("execa")}";
    }

    private string Package(string name)
    {
        string file = Path.Combine(NodeModules, name, "package.json");
        return File.Exists(file)
            ? System.Text.Json.JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetProperty("version").GetString()!
            : "not installed";
    }
}
