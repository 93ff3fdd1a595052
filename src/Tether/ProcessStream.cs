using System.Runtime.InteropServices;

namespace Tether;

/// <summary>
/// What one of a program's standard streams is connected to. <see cref="Kept"/>, the default, goes through the keeper. With everything
/// else the bytes go past it: the stream is closed for clients from the start, and nothing of it is kept.
/// </summary>
/// <remarks>
/// A file is opened by the keeper before the program is started, a relative path from the launcher's working directory. Where it cannot be
/// opened the start fails with <see cref="StartFailure.RedirectionFailed"/>.
/// </remarks>
public sealed record ProcessStream
{
    private ProcessStream(ProcessStreamKind kind) => Kind = kind;

    /// <summary>Through the keeper: clients write the input, and read the output live and again. The default.</summary>
    public static ProcessStream Kept { get; } = new(ProcessStreamKind.Kept);

    /// <summary>The null device: an input that is at its end, an output that is discarded.</summary>
    public static ProcessStream Null { get; } = new(ProcessStreamKind.Null);

    /// <summary>
    /// The launcher's own descriptor of the same number: its terminal, its file, its pipe. What is behind it stays in use for as long as
    /// the
    /// program has it.
    /// </summary>
    public static ProcessStream Forward { get; } = new(ProcessStreamKind.Forwarded);

    /// <summary>
    /// For standard error: into the same place as standard output, through one file description, so that the order of all bytes is exactly
    /// that of the program's writes. With <see cref="Kept"/> output, it is all read as standard output.
    /// </summary>
    public static ProcessStream MergeIntoStandardOutput { get; } = new(ProcessStreamKind.Merged);

    /// <summary>What it is.</summary>
    public ProcessStreamKind Kind { get; }

    /// <summary>The file of <see cref="ProcessStreamKind.File"/>; null otherwise.</summary>
    public string? Path { get; private init; }

    /// <summary>Whether the file is written from its end on; false makes it empty first. False for everything else.</summary>
    public bool Append { get; private init; }

    /// <summary>The name of the other program of <see cref="ProcessStreamKind.Process"/>; null otherwise.</summary>
    public string? ProcessName { get; private init; }

    /// <summary>What the launcher passes on.</summary>
    internal SafeHandle? Handle { get; private init; }

    /// <summary>For a file: whether it is read.</summary>
    internal bool IsSource { get; private init; }

    /// <summary>For standard input: a file that exists. Its end is the input's end.</summary>
    /// <param name="path">The file; not a FIFO, whose opening would have to wait for a writer.</param>
    /// <returns>The stream.</returns>
    /// <exception cref="ArgumentException">The path is empty, or names a descriptor of whoever opens it.</exception>
    public static ProcessStream FromFile(string path) => OfFile(path) with { IsSource = true };

    /// <summary>
    /// For standard output or error: a file, which is made with the launcher's umask when there is none. When the start fails, a file that
    /// was made for it is removed again.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="append">True writes at its end, also when others write to it; false, the default, makes it empty first.</param>
    /// <returns>The stream.</returns>
    /// <exception cref="ArgumentException">The path is empty, or names a descriptor of whoever opens it.</exception>
    public static ProcessStream ToFile(string path, bool append = false) => OfFile(path) with { Append = append };

    /// <summary>
    /// A file, pipe, socket or device that the launcher has open. The program gets a descriptor of its own for it; the caller's stays the
    /// caller's to close, any time after the start. Its flags (non-blocking, append) and its position are shared.
    /// </summary>
    /// <param name="handle">What is passed on; open until the start has returned.</param>
    /// <returns>The stream.</returns>
    /// <exception cref="ArgumentNullException">It is null.</exception>
    public static ProcessStream Descriptor(SafeHandle handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        return new ProcessStream(ProcessStreamKind.Descriptor) { Handle = handle };
    }

    /// <summary>One end of a pipe whose other end the named program gets.</summary>
    internal static ProcessStream OfPipeline(string processName, SafeHandle end) =>
        new(ProcessStreamKind.Process) { ProcessName = processName, Handle = end };

    /// <summary>As a record has it.</summary>
    internal static ProcessStream OfRecord(ProcessStreamKind kind, string? path, bool append, string? processName) => kind switch
    {
        ProcessStreamKind.Kept => Kept,
        _ => new ProcessStream(kind) { Path = path, Append = append, ProcessName = processName },
    };

    private static ProcessStream OfFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        // Opened by the keeper, they would be the keeper's own.
        if (path is "/dev/stdin" or "/dev/stdout" or "/dev/stderr" or "/dev/tty"
            || path.StartsWith("/dev/fd/", StringComparison.Ordinal)
            || path.StartsWith("/proc/self/", StringComparison.Ordinal))
        {
            throw new ArgumentException(
                $"'{path}' is another file for each process that opens it. "
                + "Use ProcessStream.Forward ('-' on the command line) for this process's own stream of that number, "
                + "or ProcessStream.Descriptor (--fd).",
                nameof(path));
        }

        return new ProcessStream(ProcessStreamKind.File) { Path = path };
    }
}
