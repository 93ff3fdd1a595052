namespace Tether;

/// <summary>The kinds of <see cref="ProcessEvent"/>.</summary>
public enum ProcessEventKind
{
    /// <summary>The program was started.</summary>
    Started,

    /// <summary>There is output past what the last event of the stream told.</summary>
    OutputAvailable,

    /// <summary>An output stream has ended: nobody can write to it any more, and everything was told of before.</summary>
    OutputEnded,

    /// <summary>The program's standard input was closed, from either side.</summary>
    InputClosed,

    /// <summary>The program has ended. The last event.</summary>
    Exited,

    /// <summary>The keeper is gone without an exit status. The last event.</summary>
    KeeperLost,
}
