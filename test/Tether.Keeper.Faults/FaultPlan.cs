using System.ComponentModel;
using System.Diagnostics;

namespace Tether.Faults;

/// <summary>
/// What is to go wrong, read from the file <c>.faults</c> in the home directory. Each line is one fault of one keeper: the point, at which
/// time that it is reached, and "kill" or the errno that a system call fails with. A fault that happens is taken off the file first, so
/// that the next keeper meets the next line.
/// </summary>
internal static class FaultPlan
{
    /// <summary>Stands in this executable and in no other: the tests look for it.</summary>
    internal const string Mark = "this keeper has fault points";

    private static string s_file = "";
    private static string[] s_lines = [];
    private static string s_point = "";
    private static int s_countdown;
    private static string s_action = "";

    internal static void Load(string home)
    {
        s_file = Path.Combine(home, ".faults");
        s_lines = File.Exists(s_file) ? File.ReadAllLines(s_file) : [];
        if (s_lines is [var first, ..])
        {
            string[] words = first.Split(' ');
            (s_point, s_countdown, s_action) = (words[0], int.Parse(words[1]), words[2]);
        }
    }

    internal static void Reach(string point)
    {
        if (point != s_point || --s_countdown != 0)
        {
            return;
        }

        File.WriteAllLines(s_file, s_lines[1..]);
        if (s_action == "kill")
        {
            using Process self = Process.GetCurrentProcess();
            self.Kill();
            Thread.Sleep(Timeout.Infinite);
        }

        int errno = int.Parse(s_action);
        throw new IOException($"{Mark}: {point} fails: {new Win32Exception(errno).Message}", errno);
    }
}
