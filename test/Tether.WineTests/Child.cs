using System.Diagnostics;

namespace Tether.WineTests;

/// <summary>The programs that the tests start: this same executable, by the name of what it does.</summary>
internal static class Child
{
    internal static string Executable => Environment.ProcessPath!;

    internal static int Run(string behaviour, string[] arguments)
    {
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
                using (Process child = Process.Start(new ProcessStartInfo(Executable, ["child", "sleep"]) { UseShellExecute = false })!)
                    File.WriteAllText(arguments[0], child.Id.ToString());

                Console.Out.WriteLine("started");
                Thread.Sleep(TimeSpan.FromSeconds(60));
                return 0;
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
}
