using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Launching;
using Tether.Platform.Windows;
using Tether.Records;

namespace Tether.Keeper.Platform.Windows;

/// <summary>
/// The record's directory, as its keeper makes and ends it. The lock of the name comes first and is held for as long as the keeper lives;
/// <c>record.json</c> comes last, once the program's identity is known, and makes the directory a record. So a record is never seen half
/// made,
/// and what a keeper that was killed meanwhile has left is cleared by the next one that gets the lock.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class KeeperRecord : IDisposable
{
    /// <summary>What a file is called until its contents are whole.</summary>
    private const string DraftSuffix = ".new";

    /// <summary>An exit takes a few hundred bytes. A disk that is full by then must not lose it.</summary>
    private const int ExitSize = 4096;

    private static readonly string[] DataFiles = [RecordPaths.StandardOutputLog, RecordPaths.StandardErrorLog, RecordPaths.OrderLog];

    private readonly string _home;
    private readonly SafeFileHandle _lock;
    private readonly SafeFileHandle _exit;

    private KeeperRecord(string home, string directory, SafeFileHandle @lock, SafeFileHandle exit, RecordFile file)
    {
        _home = home;
        Directory = directory;
        _lock = @lock;
        _exit = exit;
        File = file;
    }

    internal string Directory { get; }

    internal RecordFile File { get; private set; }

    internal required SessionJournal Journal { get; init; }

    internal required Endpoint Endpoint { get; init; }

    /// <summary>Takes the name and makes everything but what makes it a record.</summary>
    /// <exception cref="StartFailedException">It cannot be made, or the name is in use; nothing is left of it.</exception>
    internal static KeeperRecord Create(StartRequest request, int launcher)
    {
        string directory = Path.Combine(request.Home, request.Name);
        SafeFileHandle? held = null;
        bool isOurs = false;
        try
        {
            WindowsPrivateDirectory.Ensure(request.Home);
            held = LockFile.Take(request.Home, request.Name) ?? throw NameInUse(request.Name);
            if (RecordDirectory.IsRecord(directory))
            {
                throw NameInUse(request.Name);
            }

            isOurs = true;
            RecordDirectory.Clear(request.Home, directory);
            System.IO.Directory.CreateDirectory(directory);
            return Fill(directory, held, request, launcher);
        }
        catch (UnsafeDirectoryException error)
        {
            held?.Dispose();
            throw new StartFailedException(StartFailure.PermissionDenied, 0, error.Message, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (isOurs)
            {
                TryClear(request.Home, directory);
            }

            held?.Dispose();
            throw StartFailures.OfRecord(error);
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    /// <summary>The program is there and does not run yet: its identity is on disk before it does, and before anybody is told.</summary>
    internal void WriteStarted(int processId, long startTime)
    {
        File = File with { ProcessId = processId, ProcessStartTicks = startTime, StartTime = DateTimeOffset.UtcNow };
        string path = Path.Combine(Directory, RecordPaths.Record);
        System.IO.File.WriteAllBytes(path + DraftSuffix, RecordJson.Write(File));
        WindowsFile.Move(path + DraftSuffix, path);
    }

    /// <summary>Into the place that was taken for it at the start.</summary>
    internal void WriteExit(ExitFile exit)
    {
        byte[] json = RecordJson.Write(exit);
        RandomAccess.Write(_exit, json, 0);
        RandomAccess.SetLength(_exit, json.Length);
        _exit.Dispose();
        string path = Path.Combine(Directory, RecordPaths.Exit);
        WindowsFile.Move(path + DraftSuffix, path);
    }

    /// <summary>The program was not started: no trace is left.</summary>
    internal void Discard()
    {
        Close();
        RecordDirectory.Clear(_home, Directory);
        _lock.Dispose();
    }

    public void Dispose()
    {
        Close();
        _lock.Dispose();
    }

    private static void TryClear(string home, string directory)
    {
        try
        {
            RecordDirectory.Clear(home, directory);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Of what was made nothing is a record, and the next start of that name clears it.
        }
    }

    private void Close()
    {
        Endpoint.Dispose();
        Journal.Dispose();
        _exit.Dispose();
    }

    private static KeeperRecord Fill(string directory, SafeFileHandle held, StartRequest request, int launcher)
    {
        bool isTied = request.Lifetime == ProcessLifetime.TiedToLauncher;
        Endpoint endpoint = new();
        RecordFile file = new()
        {
            Version = RecordFile.CurrentVersion,
            Name = request.Name,
            Program = WideString.Decode(request.Program),
            Arguments = [.. request.Arguments.Skip(1).Select(WideString.Decode)],
            WorkingDirectory = WideString.Decode(request.WorkingDirectory),
            Lifetime = request.Lifetime,
            OutputWindow = request.OutputWindow,
            WhenFull = request.WhenFull,
            StopGraceMilliseconds = request.StopGraceMilliseconds,
            StandardInput = ToFile(request.Streams.Input),
            StandardOutput = ToFile(request.Streams.Output),
            StandardError = ToFile(request.Streams.Error),
            // A start time by the clock needs no boot to be of.
            BootId = "",
            KeeperProcessId = Environment.ProcessId,
            KeeperStartTicks = ProcessIdentity.OwnStartTime,
            StartId = request.StartId,
            LauncherProcessId = isTied ? launcher : 0,
            LauncherStartTicks = isTied ? ProcessIdentity.StartTimeOf(launcher) ?? 0 : 0,
            Endpoint = endpoint.FullName,
            BoundToJob = WindowsJob.HoldsThisProcess(),
        };
        SafeFileHandle exit = CreateFile(directory, RecordPaths.Exit + DraftSuffix);
        RandomAccess.Write(exit, new byte[ExitSize], 0);
        return new KeeperRecord(request.Home, directory, held, exit, file)
        {
            Journal = new SessionJournal(
                CreateFile(directory, RecordPaths.Positions),
                [.. DataFiles.Select(name => CreateFile(directory, name))],
                request.OutputWindow,
                request.WhenFull,
                written: null,
                TimeProvider.System),
            Endpoint = endpoint,
        };
    }

    private static SafeFileHandle CreateFile(string directory, string name) => System.IO.File.OpenHandle(
        Path.Combine(directory, name), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    private static StreamFile? ToFile(StreamTarget target) => target.IsKept ? null : new StreamFile
    {
        Kind = target.Kind,
        Path = target.Path.Length == 0 ? null : WideString.Decode(target.Path),
        Append = target.Append,
        ProcessName = target.ProcessName.Length == 0 ? null : target.ProcessName,
    };

    private static StartFailedException NameInUse(string name) => new(
        StartFailure.NameInUse,
        WindowsError.AlreadyExists,
        $"the name '{name}' is in use: 'tether show {name}' tells by what, "
        + $"and 'tether rm {name}' removes the record of a program that has ended");
}
