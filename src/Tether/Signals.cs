using System.Globalization;
using System.Runtime.InteropServices;

namespace Tether;

/// <summary>Names and numbers of signals (signal(7); the numbers of x86-64 and arm64).</summary>
public static class Signals
{
    private static readonly string[] Names =
    [
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
        "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    /// <summary>The named members of <see cref="PosixSignal"/> are -1 to -10: HUP, INT, QUIT, TERM, CHLD, CONT, WINCH, TTIN, TTOU, TSTP.</summary>
    private static readonly int[] NumbersOfNamed = [0, 1, 2, 3, 15, 17, 18, 28, 21, 22, 20];

    private const int FirstRealTime = 34;
    private const int LastRealTime = 64;

    /// <summary>Reads a signal: its name with or without <c>SIG</c> in any case (<c>TERM</c>, <c>sigterm</c>, <c>RTMIN+3</c>), or its number.</summary>
    /// <param name="text">The name or number.</param>
    /// <returns>The signal; one that <see cref="PosixSignal"/> has no name for is its plain number.</returns>
    /// <exception cref="ArgumentException">There is no such signal.</exception>
    public static PosixSignal Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string name = text.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? text[3..] : text;
        int number = Array.FindIndex(Names, n => n.Length > 0 && n.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (number < 0 && name.StartsWith("RTMIN+", StringComparison.OrdinalIgnoreCase) && int.TryParse(name.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out int above))
        {
            number = FirstRealTime + above;
        }

        if (number < 0 && !int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            number = -1;
        }

        return IsValid(number)
            ? ToPosixSignal(number)
            : throw new ArgumentException($"There is no signal '{text}'. Use a name such as TERM, INT, KILL, USR1, RTMIN+1, or a number from 1 to {LastRealTime}.", nameof(text));
    }

    /// <summary>The name of a signal, such as <c>SIGTERM</c>.</summary>
    /// <param name="signal">A named signal, or a plain number.</param>
    /// <returns>The name with <c>SIG</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such signal.</exception>
    public static string GetName(PosixSignal signal) => NameOf(ToNumber(signal));

    internal static string NameOf(int number) => number < Names.Length ? "SIG" + Names[number] : $"SIGRTMIN+{number - FirstRealTime}";

    /// <exception cref="ArgumentOutOfRangeException">There is no such signal.</exception>
    internal static int ToNumber(PosixSignal signal)
    {
        int number = (int)signal is < 0 and var named && -named < NumbersOfNamed.Length ? NumbersOfNamed[-named] : (int)signal;
        return IsValid(number) ? number : throw new ArgumentOutOfRangeException(nameof(signal), signal, $"There is no signal {number}; numbers go from 1 to {LastRealTime}.");
    }

    internal static PosixSignal ToPosixSignal(int number) =>
        Array.IndexOf(NumbersOfNamed, number) is > 0 and var named ? (PosixSignal)(-named) : (PosixSignal)number;

    // 32 and 33 are the C library's own.
    internal static bool IsValid(int number) => number is (> 0 and < 32) or (>= FirstRealTime and <= LastRealTime);
}
