using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Tether.EndToEnd.Tests.Platform;
using Tether.Platform.Windows;

namespace Tether.WindowsTestProgram;

/// <summary>Programs that tell what they were given, or start another one and tell how that went.</summary>
internal static unsafe partial class StartedChild
{
    internal static int Run(string behaviour, string[] arguments)
    {
        switch (behaviour)
        {
            case "startup":
                return Tell(Startup());
            case "environment":
                return Tell(Environment());
            case "console":
                uint[] processes = new uint[16];
                fixed (uint* start = processes)
                    return Tell(string.Join(' ', processes[..(int)Kernel32.GetConsoleProcessList(start, (uint)processes.Length)]));

            case "write-to":
                foreach (string variable in arguments)
                {
                    nint value = nint.Parse(System.Environment.GetEnvironmentVariable(variable)!);
                    using FileStream file = new(new SafeFileHandle(value, ownsHandle: true), FileAccess.Write, bufferSize: 0);
                    file.Write(Encoding.UTF8.GetBytes(variable));
                }

                return 0;
            case "write-to-and-wait":
                Run("write-to", arguments);
                Console.Out.WriteLine("written");
                Console.In.ReadToEnd();
                return 0;
            case "line":
                return Tell(new string(GetCommandLine()));
            case "directory":
                return Tell(System.Environment.CurrentDirectory);
            case "leave-job":
                using (WindowsProcess process = WindowsProcess.Start(Sleep() with { LeaveJob = true }))
                {
                    Console.Out.Write($"{process.LeftJob} {process.IsInJob()}");
                    process.Terminate(1);
                }

                return 0;
            case "hold":
                using (FileStream file = new(arguments[0], FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Inheritable))
                {
                    Console.Out.WriteLine(file.SafeFileHandle.DangerousGetHandle());
                    Console.In.ReadToEnd();
                }

                return 0;
            case "leave-socket":
                return LeaveSocket();
            case "hold-job":
                using (WindowsJob job = WindowsJob.Create(allowsBreakaway: false, killsOnClose: true))
                using (WindowsProcess held = WindowsProcess.Start(Sleep() with { Job = job }))
                {
                    Console.Out.WriteLine(held.ProcessId);
                    Thread.Sleep(TimeSpan.FromSeconds(60));
                }

                return 0;
            case "window":
                return ShowWindow();
            default:
                Console.Error.WriteLine($"There is no behaviour '{behaviour}'.");
                return 99;
        }
    }

    private static WindowsStart Sleep() => new()
    {
        Application = Program.Executable,
        CommandLine = WindowsArguments.Join(Program.Executable, ["sleep"]),
        Flags = Kernel32.CREATE_NO_WINDOW,
    };

    /// <summary>Says a port of its own and who has inherited its socket, and ends when its standard input does.</summary>
    private static int LeaveSocket()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.SendTo([1], socket.LocalEndPoint!);
        if (!Kernel32.SetHandleInformation(socket.Handle, Kernel32.HANDLE_FLAG_INHERIT, Kernel32.HANDLE_FLAG_INHERIT))
            throw new InvalidOperationException($"SetHandleInformation: error {WindowsError.Last()}.");

        using Process child = PlainStart.Of(new ProcessStartInfo(Program.Executable, ["sleep"]) { UseShellExecute = false });
        Console.Out.WriteLine(((IPEndPoint)socket.LocalEndPoint!).Port);
        Console.Out.WriteLine(child.Id);
        Console.In.ReadToEnd();
        return 0;
    }

    /// <summary>In UTF-8: a console's encoding has not all characters.</summary>
    private static int Tell(string text)
    {
        using Stream output = Console.OpenStandardOutput();
        output.Write(Encoding.UTF8.GetBytes(text));
        return 0;
    }

    private static string Startup()
    {
        Kernel32.StartupInfoEx info;
        GetStartupInfo(&info);
        using Process self = Process.GetCurrentProcess();
        return string.Join(
            '|', new string(info.Desktop), new string(info.Title), $"{info.Flags & ~Kernel32.STARTF_USESTDHANDLES:x}", info.ShowWindow,
            info.X, info.Y, info.Width, info.Height, info.Columns, info.Rows, info.Fill, self.PriorityClass);
    }

    /// <summary>As it stands in memory, with what .NET leaves out.</summary>
    private static string Environment()
    {
        char* block = GetEnvironmentStrings();
        int length = 0;
        while (block[length] != 0 || (length > 0 && block[length - 1] != 0))
            length++;

        return new string(block, 0, length);
    }

    /// <summary>Until its window is closed; Ctrl+C is ignored.</summary>
    private static int ShowWindow()
    {
        Console.CancelKeyPress += (_, pressed) => pressed.Cancel = true;
        // A class that every process has, which destroys the window when it is asked to close.
        nint window = CreateWindow(0, "STATIC", "tether", 0, 0, 0, 100, 100, 0, 0, 0, 0);
        if (window == 0)
            throw new InvalidOperationException($"CreateWindowEx: error {Marshal.GetLastPInvokeError()}.");

        Console.Out.WriteLine("ready");
        byte* message = stackalloc byte[64]; // MSG has 48
        while (IsWindow(window) && GetMessage(message, 0, 0, 0) > 0)
            DispatchMessage(message);

        return 6;
    }

    [LibraryImport("user32", EntryPoint = "CreateWindowExW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial nint CreateWindow(
        uint extendedStyle, string type, string title, uint style, int x, int y, int width, int height, nint parent, nint menu, nint module, nint parameter);

    [LibraryImport("user32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool IsWindow(nint window);

    [LibraryImport("user32", EntryPoint = "GetMessageW")]
    private static partial int GetMessage(byte* message, nint window, uint first, uint last);

    [LibraryImport("user32", EntryPoint = "DispatchMessageW")]
    private static partial nint DispatchMessage(byte* message);

    [LibraryImport("kernel32", EntryPoint = "GetStartupInfoW")]
    private static partial void GetStartupInfo(Kernel32.StartupInfoEx* info);

    /// <summary>As it was given; .NET makes its own of the arguments.</summary>
    [LibraryImport("kernel32", EntryPoint = "GetCommandLineW")]
    private static partial char* GetCommandLine();

    [LibraryImport("kernel32", EntryPoint = "GetEnvironmentStringsW")]
    private static partial char* GetEnvironmentStrings();
}
