namespace Tether.Cli.Output;

/// <summary>The words that the command line has for the library's values, in options, tables and JSON.</summary>
internal static class Words
{
    internal const string Drop = "drop";
    internal const string Block = "block";
    internal const string Spill = "spill";

    /// <summary>What the system calls what a process has open.</summary>
    internal static string Descriptor => OperatingSystem.IsWindows() ? "handle" : "descriptor";

    /// <summary>A descriptor as the system's other tools show it.</summary>
    internal static string OfNumber(int descriptor) =>
        OperatingSystem.IsWindows() ? $"0x{descriptor:x}" : descriptor.ToString(System.Globalization.CultureInfo.InvariantCulture);

    internal static string Of(ProcessState state) => state switch
    {
        ProcessState.Starting => "starting",
        ProcessState.Running => "running",
        ProcessState.Exited => "exited",
        _ => "lost",
    };

    internal static string Of(DescriptorKind kind) => kind switch
    {
        DescriptorKind.File => "file",
        DescriptorKind.Directory => "directory",
        DescriptorKind.TcpSocket => "tcp",
        DescriptorKind.UdpSocket => "udp",
        DescriptorKind.UnixSocket => "unix",
        DescriptorKind.Socket => "socket",
        DescriptorKind.Pipe => "pipe",
        DescriptorKind.Fifo => "fifo",
        DescriptorKind.Terminal => "terminal",
        DescriptorKind.Device => "device",
        DescriptorKind.EventFd => "eventfd",
        DescriptorKind.Epoll => "epoll",
        DescriptorKind.MemFd => "memfd",
        DescriptorKind.Inotify => "inotify",
        DescriptorKind.SignalFd => "signalfd",
        DescriptorKind.PidFd => "pidfd",
        DescriptorKind.TimerFd => "timerfd",
        _ => "other",
    };

    internal static string Of(ResourceUse use) => use switch
    {
        ResourceUse.Descriptor => "descriptor",
        ResourceUse.WorkingDirectory => "working-directory",
        ResourceUse.RootDirectory => "root-directory",
        ResourceUse.Executable => "executable",
        _ => "mapping",
    };

    internal static string Of(ResourceOrigin origin) => origin switch
    {
        ResourceOrigin.Ancestor => "ancestor",
        ResourceOrigin.AncestorGone => "ancestor-gone",
        _ => "unknown",
    };

    internal static string Of(ProcessLifetime lifetime) => lifetime == ProcessLifetime.TiedToLauncher ? "tied" : "detached";

    internal static string Of(WindowFullPolicy policy) => policy switch
    {
        WindowFullPolicy.Block => Block,
        WindowFullPolicy.Spill => Spill,
        _ => Drop,
    };

    internal static WindowFullPolicy ToPolicy(string word) => word switch
    {
        Block => WindowFullPolicy.Block,
        Spill => WindowFullPolicy.Spill,
        _ => WindowFullPolicy.DropOldest,
    };

    internal static string Of(ProcessStreamKind kind) => kind switch
    {
        ProcessStreamKind.Null => "null",
        ProcessStreamKind.File => "file",
        ProcessStreamKind.Forwarded => "forwarded",
        ProcessStreamKind.Descriptor => "descriptor",
        ProcessStreamKind.Merged => "merged",
        ProcessStreamKind.Process => "process",
        _ => "kept",
    };

    /// <summary>What a standard input is read from; null when it is kept.</summary>
    internal static string? OfSource(ProcessStream stream) => stream.Kind switch
    {
        ProcessStreamKind.Kept => null,
        ProcessStreamKind.Null => "from /dev/null",
        ProcessStreamKind.File => $"from the file {stream.Path}",
        ProcessStreamKind.Forwarded => "from its launcher's own stdin",
        ProcessStreamKind.Process => $"from the output of '{stream.ProcessName}'",
        _ => "from a descriptor that its launcher passed on",
    };

    /// <summary>Where an output goes; null when it is kept.</summary>
    internal static string? OfTarget(ProcessStream stream) => stream.Kind switch
    {
        ProcessStreamKind.Kept => null,
        ProcessStreamKind.Null => "into /dev/null",
        ProcessStreamKind.File => $"{(stream.Append ? "at the end of" : "into")} the file {stream.Path}",
        ProcessStreamKind.Forwarded => "into its launcher's own",
        ProcessStreamKind.Merged => "merged into stdout",
        ProcessStreamKind.Process => $"into the input of '{stream.ProcessName}'",
        _ => "into a descriptor that its launcher passed on",
    };

    /// <summary>How a program ended, in one word.</summary>
    internal static string Of(ProcessExitStatus exit) => !exit.IsKnown ? "unknown" : exit.SignalName ?? exit.ExitCode.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
