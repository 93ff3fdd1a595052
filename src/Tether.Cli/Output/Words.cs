namespace Tether.Cli.Output;

/// <summary>The words that the command line has for the library's values, in options, tables and JSON.</summary>
internal static class Words
{
    internal const string Drop = "drop";
    internal const string Block = "block";
    internal const string Spill = "spill";

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

    /// <summary>How a program ended, in one word.</summary>
    internal static string Of(ProcessExitStatus exit) => !exit.IsKnown ? "unknown" : exit.SignalName ?? exit.ExitCode.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
