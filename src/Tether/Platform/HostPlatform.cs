using System.Runtime.InteropServices;
using Tether.Launching;
using Tether.Records;

namespace Tether.Platform;

/// <summary>What the library asks of the operating system, beside local sockets. One implementation per system under its folder.</summary>
internal abstract class HostPlatform
{
    internal static HostPlatform Current { get; } =
        OperatingSystem.IsLinux() ? new Linux.LinuxPlatform() : throw new PlatformNotSupportedException("Tether keeps programs on Linux so far.");

    /// <summary>Whether the directory exists.</summary>
    /// <exception cref="UnsafeDirectoryException">It exists and is not the user's alone.</exception>
    internal abstract bool IsPrivateDirectory(string path);

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
    internal abstract KeeperLaunch LaunchKeeper(string keeperPath, string name);

    /// <summary>A pipe between two programs, whose ends nobody inherits.</summary>
    internal abstract (SafeHandle Reading, SafeHandle Writing) CreatePipe();

    /// <summary>What would leak from a process into one that it starts.</summary>
    internal abstract InheritanceReport InspectInheritance(int processId);

    /// <summary>Who holds the file, directory, device or socket at the path.</summary>
    internal abstract ResourceHolders FindHoldersOfFile(string path);

    /// <summary>Who holds the TCP or UDP port.</summary>
    internal abstract ResourceHolders FindHoldersOfPort(int port);
}
