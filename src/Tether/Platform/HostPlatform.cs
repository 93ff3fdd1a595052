using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Tether.Launching;
using Tether.Records;

namespace Tether.Platform;

/// <summary>What the library asks of the operating system, beside local sockets. One implementation per system under its folder.</summary>
internal abstract class HostPlatform
{
    internal static HostPlatform Current { get; } =
        OperatingSystem.IsLinux() ? new Linux.LinuxPlatform()
        : OperatingSystem.IsWindows() ? new Windows.WindowsPlatform()
        : throw new PlatformNotSupportedException("Tether keeps programs on Linux and Windows so far.");

    /// <summary>Where the user's records are when no variable says it: an absolute path, which may not exist.</summary>
    internal abstract string DefaultHome { get; }

    /// <summary>What stands before an error's number in a message.</summary>
    internal abstract string ErrorWord { get; }

    /// <summary>Whether this process, or the system, has no descriptor or memory left for now: what was to be opened may be in order.</summary>
    internal abstract bool IsOutOfResources(Exception error);

    /// <summary>What becomes of a program whose keeper was killed, as a sentence.</summary>
    internal abstract string AdviceWhenKeeperIsLost { get; }

    /// <summary>How names of records are told apart: as the file system tells their directories apart.</summary>
    internal abstract StringComparison NameComparison { get; }

    /// <summary>What keeps a well-formed name of a record from being a directory's name here; null for nothing.</summary>
    internal abstract string? NameProblem(string name);

    /// <summary>Whether the directory exists.</summary>
    /// <exception cref="UnsafeDirectoryException">It exists and is not the user's alone.</exception>
    internal abstract bool IsPrivateDirectory(string path);

    /// <summary>The first bytes of a file of a record's, <paramref name="atMost"/> or all; null when there is none.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be read.</exception>
    internal abstract byte[]? ReadFile(string path, int atMost);

    /// <summary>Lets a file have parts that were never written and take no space, where files do not have that by themselves.</summary>
    internal abstract void AllowHoles(SafeFileHandle file);

    /// <summary>Whether a keeper holds the record; null when there is no such directory.</summary>
    internal abstract bool? IsRecordLocked(string directory);

    /// <summary>Takes a record out of the list and deletes it. False when a keeper holds it.</summary>
    internal abstract bool TryRemoveRecord(string home, string name);

    /// <summary>Asks a keeper to make its socket's file again. False when it is certainly gone.</summary>
    internal abstract bool TryRestoreEndpoint(RecordFile record);

    /// <summary>Whether the record's keeper runs. False from the moment on when it starts to end, while it may still hold its lock.</summary>
    internal abstract bool IsKeeperAlive(RecordFile record);

    /// <summary>Whether the record's program itself still runs: the same PID, start time and boot.</summary>
    internal abstract bool IsProgramAlive(RecordFile record);

    /// <summary>Whether the record's processes are of this boot and can be seen from here, so that a new keeper can take the program over.</summary>
    internal abstract bool CanAdopt(RecordFile record);

    /// <summary>The file that a program's name or path stands for, and its checks as far as they can be made before the start.</summary>
    internal abstract string FindProgram(string program);

    /// <summary>Makes the request that a keeper gets.</summary>
    internal abstract StartRequest CreateRequest(ProcessSpec spec, string programPath, string home, string name);

    /// <summary>Starts a keeper with nothing inherited and returns the private connection to it.</summary>
    /// <exception cref="ProcessStartException">The keeper cannot be started; the exception's program is the keeper.</exception>
    internal abstract ValueTask<KeeperLaunch> LaunchKeeperAsync(string keeperPath, string name, CancellationToken cancellationToken);

    /// <summary>Where a record's keeper serves its clients.</summary>
    internal abstract string EndpointOf(string directory, RecordFile record);

    /// <summary>Connects to the keeper of a record, and to nobody else.</summary>
    /// <exception cref="LocalSocketException">It cannot be reached.</exception>
    internal abstract ValueTask<Stream> ConnectAsync(string directory, RecordFile record, CancellationToken cancellationToken);

    /// <summary>A pipe between two programs, whose ends nobody inherits.</summary>
    internal abstract (SafeHandle Reading, SafeHandle Writing) CreatePipe();

    /// <summary>What would leak from a process into one that it starts.</summary>
    internal abstract InheritanceReport InspectInheritance(int processId);

    /// <summary>Who holds the file, directory, device or socket at the path.</summary>
    internal abstract ResourceHolders FindHoldersOfFile(string path);

    /// <summary>Who holds the TCP or UDP port.</summary>
    internal abstract ResourceHolders FindHoldersOfPort(int port);
}
