namespace Tether.Keeper;

/// <summary>What a <see cref="Session"/> asks of the system: the program's input, its processes, its record.</summary>
internal interface IKeptProgram
{
    /// <summary>Writes to the program's standard input without waiting. Returns how many bytes were taken; -1 when the program has closed it.</summary>
    int WriteInput(ReadOnlySpan<byte> bytes);

    /// <summary>
    /// Whether a write has begun whose end is not known yet. What was offered for it is offered again once it is, and taken then: the bytes
    /// up to there are neither the program's yet nor certainly not.
    /// </summary>
    bool IsWritingInput { get; }

    /// <summary>Asks for <see cref="Session.OnInputWritable"/> when the program's standard input takes bytes again.</summary>
    void WatchInput(bool writable);

    void CloseInput();

    /// <summary>Stops or resumes reading a stream; the program then waits as at a full pipe.</summary>
    void PauseOutput(OutputStream stream, bool paused);

    /// <summary>Signals the program alone, or it and all that came from it. Returns 0 or an error number (of Linux, on every system).</summary>
    int Signal(int signal, bool tree);

    /// <summary>What can be done instead of a signal that this system does not have.</summary>
    string SignalAdvice { get; }

    /// <summary>Whether the program or anything that came from it is left.</summary>
    bool HasProcesses { get; }

    /// <summary>Whether <see cref="Session.OnProcessEnded"/> is called when any of them ends; false: only the program's own end is told.</summary>
    bool TellsProcessEnds { get; }

    /// <summary>Puts the exit on disk, before anybody is told of it.</summary>
    void WriteExit(Records.ExitFile exit);
}
