namespace Tether;

/// <summary>
/// What <see cref="UnixStartInfo.Limits"/> can limit: the <c>RLIMIT_</c> names of getrlimit(2), without those that Linux no longer heeds
/// (RSS, LOCKS). Bytes unless it says otherwise.
/// </summary>
public enum UnixResource
{
    /// <summary>Processor time, in seconds: at the soft limit SIGXCPU, at the hard limit SIGKILL.</summary>
    Cpu = 0,

    /// <summary>The size of a file that is written: past it SIGXFSZ, or the error EFBIG. It does not bind the output that is kept.</summary>
    FSize = 1,

    /// <summary>Initialised data, uninitialised data and heap.</summary>
    Data = 2,

    /// <summary>The stack of the first thread; a quarter of it bounds arguments and environment.</summary>
    Stack = 3,

    /// <summary>A core dump; 0 for none.</summary>
    Core = 4,

    /// <summary>Processes and threads of the user, those outside this program included. Root is exempt.</summary>
    NProc = 6,

    /// <summary>One more than the highest descriptor.</summary>
    NoFile = 7,

    /// <summary>Memory that is locked into RAM.</summary>
    MemLock = 8,

    /// <summary>The address space. A framework-dependent keeper cannot set one that is too small for its own runtime, and fails the start.</summary>
    AS = 9,

    /// <summary>Queued signals of the user, a number.</summary>
    SigPending = 11,

    /// <summary>POSIX message queues of the user.</summary>
    MsgQueue = 12,

    /// <summary>How far the nice value may be lowered: to 20 minus this.</summary>
    Nice = 13,

    /// <summary>The highest real-time priority.</summary>
    RtPrio = 14,

    /// <summary>Processor time without a blocking call under a real-time policy, in microseconds.</summary>
    RtTime = 15,
}
