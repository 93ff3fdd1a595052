using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Launching;
using Tether.Records;

namespace Tether.Platform.Windows;

/// <summary>Windows: the parts are in the classes of this folder.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsPlatform : HostPlatform
{
    private const uint PipelineBuffer = 64 * 1024;

    internal override string DefaultHome => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "Tether");

    internal override string ErrorWord => "error";

    internal override string AdviceWhenKeeperIsLost =>
        "If the program still runs, it runs without its standard streams, and no keeper can take it over on Windows.";

    internal override StringComparison NameComparison => StringComparison.OrdinalIgnoreCase;

    internal override string? NameProblem(string name) => WindowsFileName.Problem(name);

    internal override bool IsPrivateDirectory(string path) => WindowsPrivateDirectory.Exists(path);

    internal override bool IsOutOfResources(Exception error) => WindowsError.IsOutOfResources(WindowsError.Of(error));

    /// <summary>Shared with everybody, or nobody could remove or replace the file meanwhile.</summary>
    internal override byte[]? ReadFile(string path, int atMost)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            byte[] contents = new byte[Math.Min(RandomAccess.GetLength(file), atMost)];
            int length = 0;
            while (length < contents.Length && RandomAccess.Read(file, contents.AsSpan(length), length) is > 0 and int read)
            {
                length += read;
            }

            return contents.AsSpan(0, length).ToArray();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Without it (FAT), what lies between is written as zeros.</summary>
    internal override unsafe void AllowHoles(SafeFileHandle file) =>
        _ = Kernel32.DeviceIoControl(file, Kernel32.FSCTL_SET_SPARSE, null, 0, null, 0, out _, null);

    internal override bool? IsRecordLocked(string directory) => RecordDirectory.IsHeld(directory);

    internal override bool TryRemoveRecord(string home, string name) => RecordDirectory.TryRemove(home, name);

    /// <summary>A pipe has no file that could be taken away.</summary>
    internal override bool TryRestoreEndpoint(RecordFile record) => IsKeeperAlive(record);

    internal override bool IsKeeperAlive(RecordFile record) => ProcessIdentity.IsAlive(record.KeeperProcessId, record.KeeperStartTicks);

    internal override bool IsProgramAlive(RecordFile record) => ProcessIdentity.IsAlive(record.ProcessId, record.ProcessStartTicks);

    /// <summary>The program's pipes end with its keeper, and nobody can open their other ends again.</summary>
    internal override bool CanAdopt(RecordFile record) => false;

    internal override string FindProgram(string program) => WindowsPrograms.Find(program);

    internal override StartRequest CreateRequest(ProcessSpec spec, string programPath, string home, string name)
    {
        CheckCommandLine(spec, programPath);
        return new StartRequest
        {
            Home = home,
            Name = name,
            Program = WideString.Encode(programPath, "The program's path"),
            Arguments = [
                WideString.Encode(spec.Program, "The program's name"),
                .. spec.Arguments.Select((argument, i) => WideString.Encode(argument, $"Argument {i + 1}"))],
            Environment = WindowsEnvironment.OfProgram(spec),
            WorkingDirectory = WideString.Encode(
                spec.WorkingDirectory is { } directory ? Path.GetFullPath(directory) : Environment.CurrentDirectory,
                "The working directory"),
            Lifetime = spec.Lifetime,
            OutputWindow = spec.OutputWindow,
            WhenFull = spec.WhenFull,
            StopGraceMilliseconds = (long)spec.StopGrace.TotalMilliseconds,
            DescriptorLimit = 0,
            Streams = WindowsStreamPlanning.Create(spec),
            StartId = Random.Shared.NextInt64().ToString("x16", CultureInfo.InvariantCulture),
            Windows = WindowsStartRequest.Of(spec),
        };
    }

    internal override ValueTask<KeeperLaunch> LaunchKeeperAsync(string keeperPath, string name, CancellationToken cancellationToken) =>
        WindowsKeeperLaunch.StartAsync(keeperPath, name, cancellationToken);

    internal override string EndpointOf(string directory, RecordFile record) => record.Endpoint ?? "";

    /// <summary>
    /// The name of the pipe is in a record that only the user can write; who serves it must be the keeper of that record all the same.
    /// </summary>
    internal override async ValueTask<Stream> ConnectAsync(string directory, RecordFile record, CancellationToken cancellationToken)
    {
        LocalSocket socket = await LocalSocket.ConnectAsync(EndpointOf(directory, record), cancellationToken).ConfigureAwait(false);
        if (socket.Peer.ProcessId == record.KeeperProcessId && IsKeeperAlive(record))
        {
            return socket;
        }

        await socket.DisposeAsync().ConfigureAwait(false);
        bool isStrangers = socket.Peer.ProcessId != 0 && socket.Peer.ProcessId != record.KeeperProcessId;
        throw isStrangers
            ? new LocalSocketException(
                LocalSocketError.PeerNotTrusted,
                $"The pipe '{record.Endpoint}' is served by process {socket.Peer.ProcessId}, "
                + $"and the keeper is process {record.KeeperProcessId}.")
            : new LocalSocketException(LocalSocketError.PeerClosed, $"The keeper of '{record.Endpoint}' has just ended.");
    }

    internal override unsafe (SafeHandle Reading, SafeHandle Writing) CreatePipe()
    {
        nint reading, writing;
        return Kernel32.CreatePipe(&reading, &writing, null, PipelineBuffer)
            ? (new SafeFileHandle(reading, ownsHandle: true), new SafeFileHandle(writing, ownsHandle: true))
            : throw WindowsError.Failed("Making", "the pipe of a pipeline", WindowsError.Last());
    }

    internal override InheritanceReport InspectInheritance(int processId) => HandleInspection.Run(processId);

    internal override ResourceHolders FindHoldersOfFile(string path) => FileHolderSearch.Run(path);

    internal override ResourceHolders FindHoldersOfPort(int port) => PortHolders.Find(port);

    /// <summary>Makes it only to find out here what cannot be passed on; the keeper makes it again.</summary>
    private static void CheckCommandLine(ProcessSpec spec, string programPath)
    {
        try
        {
            _ = WindowsCommandLine.Of(programPath, [spec.Program, .. spec.Arguments], spec.Windows?.NativeCommandLine);
        }
        catch (CommandLineTooLongException error)
        {
            throw new ProcessStartException(
                spec.Program,
                StartFailure.ArgumentsTooLong,
                WindowsError.FileNameTooLong,
                $"'{spec.Program}' cannot be started: {error.Message}", error);
        }
    }
}
