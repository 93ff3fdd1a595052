using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Win32.SafeHandles;
using Tether.TestLauncher.Matrix;

namespace Tether.TestLauncher;

/// <summary>
/// One run: prepares, says "ready", starts at the order "start" (any line), reports each start as a line of JSON, then lives until the
/// orders end. Other orders: "close" closes the locked file, "release" the descriptors that filled the table, "prepare NAME=VALUE" prepares
/// something more (<see cref="Preparations"/>), "dispose" lets go of the handles, "descriptors" counts the open ones, "hold DIRECTORY" opens
/// one of everything (<see cref="LeakMatrix"/>) and "let-go" closes it and tells what is free then, "talk" sends a byte through the local socket that was prepared.
/// </summary>
internal static class Launch
{
    private const string Prepare = "prepare ";
    private const string Hold = "hold ";

    internal static int Run(LaunchOptions options)
    {
        using FileStream input = new(new SafeFileHandle(options.Input, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        using FileStream output = new(new SafeFileHandle(options.Output, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        using StreamReader orders = new(input);
        using Preparations preparations = new();
        List<TetheredProcess> started = [];
        LeakMatrix? matrix = null;
        foreach ((string name, string value) in options.Preparations)
        {
            preparations.Apply(name, value);
        }

        Write(output, "ready");
        while (orders.ReadLine() is { } order)
        {
            switch (order)
            {
                case "close":
                    preparations.CloseLockedFile();
                    Write(output, "closed");
                    break;
                case "release":
                    preparations.ReleaseDescriptors();
                    Write(output, "released");
                    break;
                case "dispose":
                    started.ForEach(process => process.DisposeAsync().AsTask().GetAwaiter().GetResult());
                    Write(output, "disposed");
                    break;
                case "talk":
                    Write(output, preparations.Talk());
                    break;
                case "descriptors":
                    Write(output, Directory.GetFileSystemEntries("/proc/self/fd").Length.ToString(CultureInfo.InvariantCulture));
                    break;
                case var preparation when preparation.StartsWith(Prepare, StringComparison.Ordinal):
                    string[] nameAndValue = preparation[Prepare.Length..].Split('=', 2);
                    preparations.Apply(nameAndValue[0], nameAndValue[^1]);
                    Write(output, "prepared");
                    break;
                case var hold when hold.StartsWith(Hold, StringComparison.Ordinal):
                    matrix = new LeakMatrix(hold[Hold.Length..]);
                    Write(output, "held");
                    break;
                case "let-go":
                    Write(output, matrix!.LetGo());
                    break;
                default:
                    StartAll(options, started, output);
                    break;
            }
        }

        return 0;
    }

    private static void StartAll(LaunchOptions options, List<TetheredProcess> started, FileStream output)
    {
        if (options.Threads == 1)
        {
            // On this thread, whose signal mask was prepared.
            Write(output, Start(options, started));
            return;
        }

        using Barrier barrier = new(options.Threads);
        Thread[] threads = [.. Enumerable.Range(0, options.Threads).Select(_ => new Thread(() =>
        {
            barrier.SignalAndWait();
            string report = Start(options, started);
            lock (started)
            {
                Write(output, report);
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
    }

    private static string Start(LaunchOptions options, List<TetheredProcess> started)
    {
        if (options.WithProcess)
        {
            using Process child = Process.Start(new ProcessStartInfo(options.Command[0], options.Command.Skip(1)))!;
            return new JsonObject { ["pid"] = child.Id }.ToJsonString();
        }

        ProcessSpec spec = new(options.Command[0], options.Command.Skip(1))
        {
            Name = options.Name,
            WorkingDirectory = options.WorkingDirectory,
            Lifetime = options.IsTied ? ProcessLifetime.TiedToLauncher : ProcessLifetime.Detached,
        };
        if (OperatingSystem.IsLinux() && options.Impossible is { } impossible)
        {
            spec = spec with { Unix = Impossible(impossible) };
        }

        try
        {
            TetheredProcess process = TetheredProcess.StartAsync(spec, new TetherOptions { HomeDirectory = options.Home }).GetAwaiter().GetResult();
            lock (started)
            {
                started.Add(process);
            }

            return new JsonObject { ["name"] = process.Name, ["pid"] = process.Id, ["keeper"] = process.KeeperId }.ToJsonString();
        }
        catch (ProcessStartException error)
        {
            return new JsonObject
            {
                ["error"] = nameof(ProcessStartException),
                ["program"] = error.Program,
                ["reason"] = error.Reason.ToString(),
                ["errno"] = error.NativeErrorCode,
                ["message"] = error.Message,
            }.ToJsonString();
        }
#pragma warning disable CA1031 // Whatever else comes out is the test's to judge.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return new JsonObject { ["error"] = error.GetType().Name, ["message"] = error.ToString() }.ToJsonString();
        }
    }

    [SupportedOSPlatform("linux")]
    private static UnixStartInfo Impossible(string parameter) => parameter switch
    {
        nameof(UnixStartInfo.Nice) => new UnixStartInfo { Nice = -20 },
        nameof(UnixStartInfo.OomScoreAdjustment) => new UnixStartInfo { OomScoreAdjustment = -1000 },
        _ => new UnixStartInfo { Identity = new UnixIdentity(0, 0) },
    };

    private static void Write(FileStream output, string line) => output.Write(Encoding.UTF8.GetBytes(line + "\n"));
}
