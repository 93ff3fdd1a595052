using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Tether.Platform.Windows;

namespace Tether.Keeper.Platform.Windows;

/// <summary>
/// The signals of the hidden console that a keeper shares with its program and with what the program starts: they go to all of them at
/// once. The keeper itself is not ended by them.
/// </summary>
[SupportedOSPlatform("windows")]
internal static unsafe class ConsoleSignals
{
    // The numbers of the protocol, which are Linux's.
    internal const int Interrupt = 2;
    internal const int Quit = 3;
    internal const int Terminate = 15;

    /// <summary>
    /// A launcher that ignores Ctrl+C passes that on to what it starts, and a keeper would to its program. A handler of its own is not
    /// passed on, so the keeper ignores it by one.
    /// </summary>
    internal static void Prepare()
    {
        if (!Kernel32.SetConsoleCtrlHandler(null, add: false) || !Kernel32.SetConsoleCtrlHandler(&Ignore, add: true))
        {
            throw WindowsError.Failed("Setting", "the console's handler", WindowsError.Last());
        }
    }

    /// <summary>The event that stands for a signal of the protocol; null for one that the console does not send.</summary>
    internal static uint? EventOf(int signal) => signal switch
    {
        Interrupt or Terminate => Kernel32.CTRL_C_EVENT,
        Quit => Kernel32.CTRL_BREAK_EVENT,
        _ => null,
    };

    /// <summary>Ctrl+C, or Ctrl+Break, which a program cannot ignore by a flag. Returns 0 or the system's error.</summary>
    internal static int Generate(uint kind) => Kernel32.GenerateConsoleCtrlEvent(kind, 0) ? 0 : WindowsError.Last();

    /// <summary>The processes that have come to the console, by their ids; only those are reached by its signals.</summary>
    internal static HashSet<int> Processes()
    {
        uint[] processes = new uint[64];
        while (true)
        {
            uint count;
            fixed (uint* start = processes)
            {
                count = Kernel32.GetConsoleProcessList(start, (uint)processes.Length);
            }

            if (count <= processes.Length)
            {
                return [.. processes.AsSpan(0, (int)count).ToArray().Select(id => (int)id)];
            }

            processes = new uint[count + 64];
        }
    }

    [UnmanagedCallersOnly]
    private static int Ignore(uint kind) => kind is Kernel32.CTRL_C_EVENT or Kernel32.CTRL_BREAK_EVENT ? 1 : 0;
}
