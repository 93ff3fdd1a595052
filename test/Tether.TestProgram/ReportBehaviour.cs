using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Tether.TestProgram;

/// <summary>
/// Prints what the program was started with as one line of JSON, read from /proc/self so that every byte is as the kernel has it: arguments
/// and environment as hexadecimal, descriptors with what they are, limits, mask, credentials. With an argument, runs until its input ends.
/// </summary>
internal sealed class ReportBehaviour : IBehaviour
{
    public string Name => "report";

    public int Run(string[] arguments)
    {
        if (OperatingSystem.IsWindows())
        {
            return RunOnWindows(arguments);
        }

        // Descriptors first: what this program opens by itself is not what it was given.
        JsonObject descriptors = Descriptors();
        string[] stat = Stat();
        Console.Out.WriteLine(new JsonObject
        {
            ["pid"] = Environment.ProcessId,
            ["parent"] = Number(stat[1]),
            ["group"] = Number(stat[2]),
            ["session"] = Number(stat[3]),
            ["terminal"] = Number(stat[4]),
            ["descriptors"] = descriptors,
            ["status"] = Status(),
            ["limits"] = Limits(),
            ["directory"] = new FileInfo("/proc/self/cwd").LinkTarget,
            ["arguments"] = HexList("/proc/self/cmdline"),
            ["environment"] = HexList("/proc/self/environ"),
        }.ToJsonString());
        ReadToEnd(arguments);
        return 0;
    }

    /// <summary>What there is of it where strings are UTF-16, as UTF-8.</summary>
    private static int RunOnWindows(string[] arguments)
    {
        IEnumerable<string> environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(variable => $"{variable.Key}={variable.Value}");
        Console.Out.WriteLine(new JsonObject
        {
            ["pid"] = Environment.ProcessId,
            ["directory"] = Environment.CurrentDirectory,
            ["arguments"] = HexList([Environment.ProcessPath!, "report", .. arguments]),
            ["environment"] = HexList(environment),
        }.ToJsonString());
        ReadToEnd(arguments);
        return 0;
    }

    private static JsonArray HexList(IEnumerable<string> texts) =>
        [.. texts.Select(text => (JsonNode)Convert.ToHexString(Encoding.UTF8.GetBytes(text)))];

    private static void ReadToEnd(string[] arguments)
    {
        if (arguments.Length > 0)
        {
            while (Console.In.ReadLine() is not null)
            {
            }
        }
    }

    private static JsonObject Descriptors()
    {
        JsonObject descriptors = [];
        foreach (string path in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            if (new FileInfo(path).LinkTarget is { } target && !target.StartsWith("/proc/", StringComparison.Ordinal))
            {
                descriptors[Path.GetFileName(path)] = target;
            }
        }

        return descriptors;
    }

    /// <summary>The fields of proc_pid_stat(5) after the name: state, ppid, pgrp, session, tty_nr, …</summary>
    private static string[] Stat()
    {
        string stat = File.ReadAllText("/proc/self/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
    }

    private static JsonObject Status()
    {
        JsonObject status = [];
        foreach (string line in File.ReadLines("/proc/self/status"))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            status[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return status;
    }

    private static JsonObject Limits()
    {
        JsonObject limits = [];
        foreach (string line in File.ReadLines("/proc/self/limits").Skip(1))
        {
            // proc_pid_limits(5): the name has 26 columns, each limit 21.
            limits[line[..26].Trim()] = new JsonObject { ["soft"] = line[26..47].Trim(), ["hard"] = line[47..68].Trim() };
        }

        return limits;
    }

    private static JsonArray HexList(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        JsonArray list = [];
        foreach (Range range in ((ReadOnlySpan<byte>)bytes).Split((byte)0))
        {
            if (range.Start.Value < bytes.Length)
            {
                list.Add((JsonNode)Convert.ToHexString(bytes.AsSpan()[range]));
            }
        }

        return list;
    }

    private static int Number(string field) => int.Parse(field, CultureInfo.InvariantCulture);
}
