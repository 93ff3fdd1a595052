namespace Tether;

/// <summary>The state of a kept program.</summary>
public enum ProcessState
{
    /// <summary>The keeper is there; the program is being started.</summary>
    Starting,

    /// <summary>The program runs.</summary>
    Running,

    /// <summary>The program has ended and its exit status is on disk.</summary>
    Exited,

    /// <summary>
    /// The keeper is gone and left no exit status: it was killed, or the system went down. The program may still be running; what it
    /// wrote until then can be read.
    /// </summary>
    Lost,
}
