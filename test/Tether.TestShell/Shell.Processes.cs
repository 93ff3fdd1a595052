using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.TestShell;

/// <content>Other processes, and signals.</content>
internal sealed partial class Shell
{
    /// <summary>Tells a shell that it was started with signals ignored, as Unix passes that on.</summary>
    private const string Ignoring = "TETHER_TEST_SHELL_IGNORES";

    /// <summary>A trap runs on a thread of its own; no other command starts meanwhile.</summary>
    private readonly Lock _startOrTrap = new();

    private int Apart(Syntax.Apart apart) => Start(Environment.ProcessPath!, ["-c", apart.Text, _name, .. _arguments], apart.IsAwaited);

    /// <summary>Starts a program with this shell's descriptors, and returns its exit code or leaves it in the background.</summary>
    private int Start(string program, string[] arguments, bool isAwaited)
    {
        ProcessStartInfo start = new(program, arguments) { UseShellExecute = false };
        foreach ((string name, string value) in _variables)
            start.Environment[name] = value;

        SafeFileHandle?[] handles = [.. _files.Streams.Select(stream => (stream as RawFile)?.Handle)];
        for (int number = 0; number < 3; number++)
            StandardHandles.Set(number, handles[number]);

        Process process;
        try
        {
            lock (_startOrTrap)
            {
                process = PlainStart.Of(start);
                if (!isAwaited)
                    _background.Add(process);
            }
        }
        catch (Win32Exception error)
        {
            Console.Error.WriteLine($"sh: {program}: {error.Message}");
            return 127;
        }

        if (!isAwaited)
            return 0;

        process.WaitForExit();
        int code = process.ExitCode;
        process.Dispose();
        return code;
    }

    private int Kill(string[] arguments)
    {
        string signal = arguments[0] is ['-', .. var name] ? name : "TERM";
        int id = int.Parse(arguments[^1], CultureInfo.InvariantCulture);
        if (id == Environment.ProcessId)
        {
            // A fault ends a process with the number of its exception; a process that ends itself has no better word.
            StandardHandles.EndSelf(signal is "SEGV" ? 0xC000_0005 : 1);
        }

        using Process process = Process.GetProcessById(id);
        process.Kill();
        return 0;
    }

    /// <summary>The console's Ctrl-C is what a stop sends where there are no signals.</summary>
    private void Trap(string action, string signal)
    {
        PosixSignal[] signals = signal switch
        {
            "INT" or "TERM" => [PosixSignal.SIGINT, PosixSignal.SIGTERM],
            "QUIT" => [PosixSignal.SIGQUIT],
            "HUP" => [PosixSignal.SIGHUP],
            _ => throw new NotSupportedException($"there is no signal {signal} here."),
        };
        Syntax? parsed = action.Length > 0 ? new Parser(action).Read() : null;
        if (parsed is null)
            _variables[Ignoring] = "1";

        foreach (PosixSignal one in signals)
        {
            _traps.Add(PosixSignalRegistration.Create(one, context =>
            {
                context.Cancel = true;
                lock (_startOrTrap)
                {
                    try
                    {
                        _ = parsed is null ? 0 : RunAll(parsed);
                    }
                    catch (ExitException exit)
                    {
                        // The signal ended the child that was waited for as well, and the next may have been started before this came to
                        // run. A real shell runs the trap first.
                        foreach (Process process in _background)
                            process.Kill();

                        Environment.Exit(exit.Code);
                    }
                }
            }));
        }
    }
}
