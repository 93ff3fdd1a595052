namespace Tether.Platform;

/// <summary>What an end of a pipe keeps busy, in words.</summary>
internal static class PipeWords
{
    internal static string KeepsBusy(bool canRead, bool canWrite) => (canRead, canWrite) switch
    {
        (true, true) => "both ends of the pipe: no reader sees end of file, no writer that its reader is gone",
        (_, true) => "the pipe's write end: its reader never sees end of file",
        _ => "the pipe's read end: its writer never learns that the reader is gone, and waits when it is full",
    };
}
