using Tether.Platform;

namespace Tether;

/// <summary>
/// Which processes hold a file, directory, device or port: what to look at when something stays busy that its owner has closed. It only
/// reads, and sees the user's own processes without privilege.
/// </summary>
public sealed record ResourceHolders
{
    internal ResourceHolders()
    {
    }

    /// <summary>What was looked for: the path, or the port with a colon before it.</summary>
    public required string Resource { get; init; }

    /// <summary>Who holds it, by process and descriptor. Empty when nobody was found.</summary>
    public required IReadOnlyList<ResourceHolder> Holders { get; init; }

    /// <summary>How many processes could not be looked at, since they are other users' or protected. Root sees all; an administrator of Windows most.</summary>
    public required int UnseenProcesses { get; init; }

    /// <summary>
    /// Finds who has a file, device, FIFO or Unix socket open, maps or executes it, and for a directory also whose working or root directory
    /// it is. Found by what it is, so any of its names will do. On Windows files and directories only, and who maps or executes one by its path.
    /// </summary>
    /// <param name="path">The path. A symbolic link is followed.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="FileNotFoundException">There is nothing at that path.</exception>
    /// <exception cref="UnauthorizedAccessException">A directory of the path cannot be entered.</exception>
    /// <exception cref="IOException">The path cannot be looked at.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is neither Linux nor Windows.</exception>
    public static ResourceHolders OfFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return HostPlatform.Current.FindHoldersOfFile(path);
    }

    /// <summary>
    /// Finds who has a TCP or UDP socket on a local port, listening or connected. On Windows that is who made the socket, also when only
    /// what it started has it any more.
    /// </summary>
    /// <param name="port">The port, 1 to 65535.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> is no port.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is neither Linux nor Windows.</exception>
    public static ResourceHolders OfPort(int port)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, 65535);
        return HostPlatform.Current.FindHoldersOfPort(port);
    }
}
