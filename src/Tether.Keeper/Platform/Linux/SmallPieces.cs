using System.Diagnostics;
using System.Runtime.Versioning;
using Tether.Platform.Linux;

namespace Tether.Keeper.Platform.Linux;

/// <summary>
/// A program that writes line by line wakes its keeper for nearly every line, which costs each of them more than the line does. After a row
/// of such pieces the keeper looks away for a moment and then takes at once what has come, as network drivers do with their interrupts. A
/// program that answers input is not in such a row, and one for which it turned out not to be worth it is let be for longer each time.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class SmallPieces
{
    /// <summary>In nanoseconds; the kernel adds up to 50 µs (PR_SET_TIMERSLACK of prctl(2)). A pipe of 64 KiB takes longer to fill with lines.</summary>
    private const int Moment = 50_000;

    private const int Small = 4 * 1024;
    private const int Large = 32 * 1024;

    /// <summary>So many bytes have to come in a moment.</summary>
    private const int Worth = 1024;

    private const int ShortestRow = 16;
    private const int LongestRow = 16 * 1024;

    /// <summary>Pieces that come faster one after another than this are a row.</summary>
    private static readonly long Together = Stopwatch.Frequency / 10_000;

    private int _row;
    private int _needed = ShortestRow;
    private long _last;
    private bool _looksAway;

    /// <summary>The program is given input, so what it writes next is likely waited for.</summary>
    internal void OnInput() => _row = 0;

    /// <summary>A piece was read. Returns whether to let a moment pass before the next.</summary>
    internal bool OnRead(int length, long timestamp)
    {
        bool isTogether = timestamp - _last < Together;
        _last = timestamp;
        if (!_looksAway)
        {
            _row = isTogether && length < Small ? _row + 1 : 0;
            _looksAway = _row >= _needed;
            return _looksAway;
        }

        _looksAway = length is >= Worth and < Large;
        _needed = length >= Worth ? ShortestRow : Math.Min(4 * _needed, LongestRow);
        _row = 0;
        return _looksAway;
    }

    internal static unsafe void LetAMomentPass()
    {
        Libc.TimeSpecification time = new() { Nanoseconds = Moment };
        // A signal ends it early, which is as good.
        _ = Libc.NanoSleep(&time, null);
    }
}
