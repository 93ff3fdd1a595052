using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Tether.Platform.Linux;

namespace Tether.Keeper.Platform.Linux;

/// <summary>
/// A pipe is grown only while it carries much, and given back after: what an ordinary user's pipes may hold together is limited
/// (pipe-user-pages-soft, 64 MiB), and past that limit every new pipe on the account shrinks to two pages. A refusal changes nothing.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class PipeSize(SafeHandle pipe)
{
    private const int Usual = 64 * 1024;
    private const int Large = Journal.StreamJournal.LargestPipe;

    /// <summary>So many full reads in a row mean that the program waits for the pipe.</summary>
    private const int FullReadsToGrow = 16;

    /// <summary>Milliseconds without a full read until the pipe is given back.</summary>
    private const int ShrinkTime = 1_000;

    private int _fullReads;
    private bool _isLarge;
    private long _lastFullRead;

    /// <summary>In milliseconds of the system's tick count; the largest number when nothing is to be given back.</summary>
    internal long ShrinkDeadline { get; private set; } = long.MaxValue;

    internal void OnRead(int length, long now)
    {
        if (_isLarge && ShrinkDeadline == long.MaxValue)
        {
            ShrinkDeadline = now + ShrinkTime;
        }

        if (length < Usual)
        {
            _fullReads = 0;
            return;
        }

        _lastFullRead = now;
        if (!_isLarge && ++_fullReads == FullReadsToGrow)
        {
            _isLarge = Libc.Fcntl(pipe, Libc.F_SETPIPE_SZ, Large) > 0;
            ShrinkDeadline = _isLarge ? now + ShrinkTime : long.MaxValue;
        }
    }

    /// <summary>True when little goes through it any more.</summary>
    internal bool OnDeadline(long now)
    {
        if (now < ShrinkDeadline)
        {
            return false;
        }

        if (now - _lastFullRead < ShrinkTime)
        {
            ShrinkDeadline = _lastFullRead + ShrinkTime;
            return false;
        }

        // EBUSY while more than the usual size is in it, as long as nobody reads: then it is tried again after the next read.
        _isLarge = Libc.Fcntl(pipe, Libc.F_SETPIPE_SZ, Usual) < 0 && Errno.Last() == Errno.EBUSY;
        _fullReads = 0;
        ShrinkDeadline = long.MaxValue;
        return true;
    }
}
