using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Tether.Launching;
using Tether.Records;

namespace Tether.Platform.Windows;

/// <summary>Windows: the parts are in the classes of this folder.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsPlatform : HostPlatform
{
    internal override string ErrorWord => "error";

    internal override StringComparison NameComparison => StringComparison.OrdinalIgnoreCase;

    internal override string? NameProblem(string name) => WindowsFileName.Problem(name);

    internal override bool IsPrivateDirectory(string path) => throw Unfinished();

    internal override bool? IsRecordLocked(string directory) => throw Unfinished();

    internal override bool TryRemoveRecord(string home, string name) => throw Unfinished();

    internal override bool TryRestoreEndpoint(RecordFile record) => IsKeeperAlive(record);

    internal override bool IsKeeperAlive(RecordFile record) => throw Unfinished();

    internal override bool IsProgramAlive(RecordFile record) => throw Unfinished();

    /// <summary>The program's pipes end with its keeper, and nobody can open their other ends again.</summary>
    internal override bool CanAdopt(RecordFile record) => false;

    internal override string FindProgram(string program) => throw Unfinished();

    internal override StartRequest CreateRequest(ProcessSpec spec, string programPath, string home, string name) => throw Unfinished();

    internal override ValueTask<KeeperLaunch> LaunchKeeperAsync(string keeperPath, string name, CancellationToken cancellationToken) =>
        throw Unfinished();

    internal override string EndpointOf(string directory, RecordFile record) => record.Endpoint ?? "";

    internal override ValueTask<Stream> ConnectAsync(string directory, RecordFile record, CancellationToken cancellationToken) =>
        throw Unfinished();

    internal override (SafeHandle Reading, SafeHandle Writing) CreatePipe() => throw Unfinished();

    internal override InheritanceReport InspectInheritance(int processId) => throw Unfinished();

    internal override ResourceHolders FindHoldersOfFile(string path) => throw Unfinished();

    internal override ResourceHolders FindHoldersOfPort(int port) => throw Unfinished();

    private static PlatformNotSupportedException Unfinished() => new("Tether cannot do this on Windows yet.");
}
