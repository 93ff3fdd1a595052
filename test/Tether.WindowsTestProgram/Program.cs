using System.Diagnostics;
using System.IO.Pipes;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.WindowsTestProgram;

/// <summary>The programs that the tests start: the first argument says what it does, the others are for that.</summary>
internal static class Program
{
    internal static string Executable => Environment.ProcessPath!;

    private static int Main(string[] words)
    {
        if (words is not [string behaviour, .. string[] arguments])
        {
            Console.Error.WriteLine("usage: tether-windows-test-program BEHAVIOUR [ARGUMENT]...");
            return 99;
        }

        switch (behaviour)
        {
            case "wait":
                // Until its standard input ends, or for ever if that is not given.
                Console.In.ReadToEnd();
                return 0;
            case "sleep":
                Thread.Sleep(TimeSpan.FromSeconds(60));
                return 0;
            case "exit":
                return unchecked((int)uint.Parse(arguments[0]));
            case "arguments":
                Console.Out.Write(string.Join('\0', arguments));
                return 0;
            case "grandchild":
                using (Process child = PlainStart.Of(new ProcessStartInfo(Executable, ["sleep"]) { UseShellExecute = false }))
                    File.WriteAllText(arguments[0], child.Id.ToString());

                Console.Out.WriteLine("started");
                Thread.Sleep(TimeSpan.FromSeconds(60));
                return 0;
            case "echo":
                using (Stream input = Console.OpenStandardInput())
                using (Stream output = Console.OpenStandardOutput())
                    input.CopyTo(output);

                return 0;
            case "ask":
                // The server of a pipe, by the pipe's own functions.
                using (NamedPipeClientStream pipe = new(".", arguments[0], PipeDirection.InOut))
                {
                    pipe.Connect(TimeSpan.FromSeconds(30));
                    pipe.Write("ping"u8);
                    byte[] answer = new byte[4];
                    pipe.ReadExactly(answer);
                    return answer.AsSpan().SequenceEqual("pong"u8) && pipe.ReadByte() == -1 ? 0 : 1;
                }

            case "serve-as-qt":
                return PipeAsQt.ServeAsync(arguments[0], long.Parse(arguments[1]), security: null).GetAwaiter().GetResult();
            case "serve-as-qt-for-the-user":
                return PipeAsQt.ServeAsync(arguments[0], long.Parse(arguments[1]), PipeAsQt.ForTheUser()).GetAwaiter().GetResult();
            case "connect-as-qt":
                return PipeAsQt.ConnectAsync(arguments[0], long.Parse(arguments[1])).GetAwaiter().GetResult();
            case "leave-behind":
                PlainStart.Of(new ProcessStartInfo(Executable, ["sleep"]) { UseShellExecute = false }).Dispose();
                Console.Out.WriteLine("left");
                return 3;
            case "launch":
                return LaunchAsync(arguments[0], arguments[1], Enum.Parse<ProcessLifetime>(arguments[2])).GetAwaiter().GetResult();
            case "interruptible":
                using (ManualResetEventSlim interrupted = new())
                {
                    Console.CancelKeyPress += (_, pressed) =>
                    {
                        pressed.Cancel = true;
                        interrupted.Set();
                    };
                    Console.Out.WriteLine("ready");
                    interrupted.Wait();
                    Console.Out.WriteLine("interrupted");
                    return 5;
                }

            default:
                return StartedChild.Run(behaviour, arguments);
        }
    }

    /// <summary>A launcher to be killed: keeps an echo, sends it a line and says so.</summary>
    private static async Task<int> LaunchAsync(string home, string name, ProcessLifetime lifetime)
    {
        ProcessSpec spec = new(Executable, "echo") { Name = name, Lifetime = lifetime };
        await using TetheredProcess process = await TetheredProcess.StartAsync(spec, new TetherOptions { HomeDirectory = home });
        await process.StandardInput.WriteAsync("first\n"u8.ToArray());
        await process.StandardInput.FlushAsync();
        Console.Out.WriteLine("launched");
        await Task.Delay(Timeout.Infinite);
        return 0;
    }
}
