using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Tether.Journal;
using Tether.Launching;
using Tether.Platform.Linux;
using Tether.Protocol;
using Tether.Records;

namespace Tether.Keeper.Platform.Linux;

/// <summary>
/// The record's directory, as its keeper makes and ends it. It is made whole under a hidden name and then renamed: rename(2) replaces an
/// empty directory but never a record, so the rename is the claim on the name, and a record is never seen half made. The keeper holds
/// flock(2) on the directory itself for as long as it lives: that tells a live record from a lost one, and keeps systemd-tmpfiles from
/// cleaning it.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed partial class KeeperRecord : IDisposable
{
    private const uint OwnerOnly = 0x180; // 0600
    private const uint OwnerDirectory = 0x1C0; // 0700

    /// <summary>What a file is called until its contents are whole.</summary>
    private const string DraftSuffix = ".new";

    private static readonly string[] DataFiles = [RecordPaths.StandardOutputLog, RecordPaths.StandardErrorLog, RecordPaths.OrderLog];

    /// <summary>An exit takes a few hundred bytes.</summary>
    private const int ExitSize = 4096;

    private readonly SafeFileHandle _lock;
    private readonly SafeFileHandle _exit;

    private KeeperRecord(string directory, SafeFileHandle @lock, SafeFileHandle exit, RecordFile file)
    {
        Directory = directory;
        _lock = @lock;
        _exit = exit;
        File = file;
    }

    internal string Directory { get; private set; }

    internal RecordFile File { get; private set; }

    internal required SessionJournal Journal { get; init; }

    internal required Endpoint Endpoint { get; init; }

    /// <summary>Makes the record under a hidden name.</summary>
    /// <exception cref="StartFailedException">It cannot be made; nothing is left of it.</exception>
    internal static KeeperRecord Create(StartRequest request, int launcher)
    {
        string hidden = Path.Combine(request.Home, RecordPaths.NewHiddenName("new"));
        // Every file is made with its mode, whatever the user's umask takes away; else each would need a chmod(2). It is the program's, too,
        // and the process has one thread that runs.
        uint umask = Libc.Umask(0);
        try
        {
            using SafeFileHandle home = PrivateDirectory.OpenOrCreate(request.Home);
            if (Libc.Mkdir(hidden, OwnerDirectory) != 0)
            {
                throw Errno.Failed("mkdir", hidden);
            }

            FaultPoint.Reach("record-directory-made");
            KeeperRecord record = Fill(hidden, request, launcher);
            FaultPoint.Reach("record-made");
            return record;
        }
        catch (UnsafeDirectoryException error)
        {
            throw new StartFailedException(StartFailure.PermissionDenied, 0, error.Message, error);
        }
        catch (IOException error)
        {
            Remove(hidden);
            throw StartFailures.OfRecord(error);
        }
        finally
        {
            _ = Libc.Umask(umask);
        }
    }

    /// <summary>Takes the name. From here on the record is listed.</summary>
    /// <exception cref="StartFailedException">Another record has the name; nothing is left of this one.</exception>
    internal void Claim(string home)
    {
        string place = Path.Combine(home, File.Name);
        if (Libc.Rename(Directory, place) != 0)
        {
            int errno = Errno.Last();
            Discard();
            throw errno is Errno.ENOTEMPTY or Errno.EEXIST or Errno.ENOTDIR
                ? new StartFailedException(StartFailure.NameInUse, Errno.EEXIST, $"the name '{File.Name}' is in use: 'tether show {File.Name}' tells by what, and 'tether rm {File.Name}' removes the record of a program that has ended")
                : StartFailures.OfRecord(Errno.Failed("rename", place, errno));
        }

        Directory = place;
        Endpoint.Path = Path.Combine(place, RecordPaths.Socket);
    }

    /// <summary>The program runs: its identity is on disk before anybody is told.</summary>
    internal void WriteStarted(int pid, DateTimeOffset startTime)
    {
        File = File with { ProcessId = pid, ProcessStartTicks = ProcFs.StartTicks(pid) ?? 0, StartTime = startTime };
        WriteJson(Directory, RecordPaths.Record, ProtocolJson.Bytes(File));
    }

    internal string PathOf(string file) => Path.Combine(Directory, file);

    /// <summary>Into the place that was reserved for it: a disk that is full by now does not lose it.</summary>
    internal void WriteExit(ExitFile exit)
    {
        FaultPoint.Reach("before-exit");
        byte[] json = ProtocolJson.Bytes(exit);
        RandomAccess.Write(_exit, json, 0);
        FaultPoint.Reach("exit-drafted");
        string path = Path.Combine(Directory, RecordPaths.Exit);
        if (Libc.Rename(path + DraftSuffix, path) != 0)
        {
            int errno = Errno.Last();
            if (errno != Errno.ENOENT)
            {
                throw Errno.Failed("rename", path, errno);
            }

            // A cleaner took the draft, and its place on the disk with it.
            WriteJson(Directory, RecordPaths.Exit, json);
        }

        FaultPoint.Reach("exit-written");
    }

    /// <summary>The program was not started: no trace is left.</summary>
    internal void Discard()
    {
        // Out of the list with one rename: nobody sees it half removed.
        string hidden = Path.Combine(Path.GetDirectoryName(Directory)!, RecordPaths.NewHiddenName("new"));
        if (Libc.Rename(Directory, hidden) == 0)
        {
            Directory = hidden;
        }

        Dispose();
        Remove(Directory);
    }

    /// <summary>Takes away what only a living keeper serves. What remains is the record.</summary>
    internal void End()
    {
        foreach (string file in (ReadOnlySpan<string>)[RecordPaths.Socket, RecordPaths.StandardInputFifo, RecordPaths.StandardOutputFifo, RecordPaths.StandardErrorFifo])
        {
            // A file that is gone already is as it should be, and an ended keeper can tell nobody of another error.
            _ = Libc.Unlink(Path.Combine(Directory, file));
        }
    }

    public void Dispose()
    {
        Endpoint.Dispose();
        Journal.Dispose();
        _exit.Dispose();
        _lock.Dispose();
    }

    private static KeeperRecord Fill(string directory, StartRequest request, int launcher)
    {
        SafeFileHandle @lock = Libc.Open(directory, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, 0);
        Check(@lock.IsInvalid ? -1 : 0, "open", directory);
        Check(Libc.Flock(@lock, Libc.LOCK_EX | Libc.LOCK_NB), "flock", directory);
        foreach (string fifo in (ReadOnlySpan<string>)[RecordPaths.StandardInputFifo, RecordPaths.StandardOutputFifo, RecordPaths.StandardErrorFifo])
        {
            string path = Path.Combine(directory, fifo);
            Check(Libc.Mkfifo(path, OwnerOnly), "mkfifo", path);
        }

        RecordFile file = new()
        {
            Version = RecordFile.CurrentVersion,
            Name = request.Name,
            Program = Encoding.UTF8.GetString(request.Program),
            Arguments = Texts(request.Arguments),
            WorkingDirectory = Encoding.UTF8.GetString(request.WorkingDirectory),
            Lifetime = request.Lifetime,
            OutputWindow = request.OutputWindow,
            WhenFull = request.WhenFull,
            StopGraceMilliseconds = request.StopGraceMilliseconds,
            StandardInput = ToFile(request.Streams.Input),
            StandardOutput = ToFile(request.Streams.Output),
            StandardError = ToFile(request.Streams.Error),
            InheritedDescriptors = request.Streams.FurtherNumbers.Count == 0 ? null : request.Streams.FurtherNumbers,
            BootId = ProcFs.BootId(),
            KeeperProcessId = Environment.ProcessId,
            KeeperStartTicks = ProcFs.StartTicks(Environment.ProcessId) ?? 0,
            StartId = request.StartId,
            PidNamespace = ProcFs.PidNamespace(),
            LauncherProcessId = request.Lifetime == ProcessLifetime.TiedToLauncher ? launcher : 0,
            LauncherStartTicks = request.Lifetime == ProcessLifetime.TiedToLauncher ? ProcFs.StartTicks(launcher) ?? 0 : 0,
        };
        WriteJson(directory, RecordPaths.Record, ProtocolJson.Bytes(file));
        // A disk that fills up from here on must not take away that the program was started: the next version has its place.
        CreateFile(directory, RecordPaths.Record + DraftSuffix, StreamJournal.ReservedSize).Dispose();
        string finalSocket = Path.Combine(request.Home, request.Name, RecordPaths.Socket);
        return new KeeperRecord(directory, @lock, CreateFile(directory, RecordPaths.Exit + DraftSuffix, ExitSize), file)
        {
            Journal = new SessionJournal(
                CreatePositions(directory),
                Array.ConvertAll(DataFiles, name => CreateFile(directory, name, StreamJournal.ReservedSize)),
                request.OutputWindow,
                request.WhenFull,
                written: null,
                TimeProvider.System),
            Endpoint = Endpoint.Bind(Path.Combine(directory, RecordPaths.Socket), finalSocket),
        };
    }

    /// <summary>The program's arguments without its name. No query: a generic one has its code looked up by the runtime, in each keeper anew.</summary>
    private static string[] Texts(IReadOnlyList<byte[]> arguments)
    {
        string[] texts = new string[Math.Max(0, arguments.Count - 1)];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = Encoding.UTF8.GetString(arguments[i + 1]);
        }

        return texts;
    }

    private static SafeFileHandle CreatePositions(string directory)
    {
        SafeFileHandle file = CreateFile(directory, RecordPaths.Positions, reserved: 0);
        InFlight.Reserve(file);
        return file;
    }

    private static StreamFile? ToFile(StreamTarget target) => target.IsKept ? null : new StreamFile
    {
        Kind = target.Kind,
        Path = target.Path.Length == 0 ? null : Encoding.UTF8.GetString(target.Path),
        Append = target.Append,
        ProcessName = target.ProcessName.Length == 0 ? null : target.ProcessName,
    };

    private static SafeFileHandle CreateFile(string directory, string name, int reserved)
    {
        const int keepSize = 1; // FALLOC_FL_KEEP_SIZE: the file of an output that never wrapped is exactly that output.
        string path = Path.Combine(directory, name);
        SafeFileHandle file = Libc.Open(path, Libc.O_RDWR | Libc.O_CREAT | Libc.O_EXCL | Libc.O_CLOEXEC, OwnerOnly);
        Check(file.IsInvalid ? -1 : 0, "open", path);
        if (reserved > 0 && Libc.Fallocate(file, keepSize, 0, reserved) != 0 && Errno.Last() is not (Errno.EOPNOTSUPP or Errno.ENOSYS))
        {
            throw Errno.Failed("fallocate", path);
        }

        return file;
    }

    /// <summary>A reader sees the old contents or the new, never a part. Durable against the death of processes, not of the machine.</summary>
    private static void WriteJson(string directory, string name, byte[] json)
    {
        string path = Path.Combine(directory, name);
        string draft = path + DraftSuffix;
        // Not truncated: what was reserved for it would go with that. A draft that exists is empty, as the one before was renamed.
        using (SafeFileHandle file = Libc.Open(draft, Libc.O_RDWR | Libc.O_CREAT | Libc.O_CLOEXEC, OwnerOnly))
        {
            Check(file.IsInvalid ? -1 : 0, "open", draft);
            Check(Libc.Fchmod(file, OwnerOnly), "fchmod", draft);
            Write(file, json, draft);
        }

        Check(Libc.Rename(draft, path), "rename", path);
    }

    /// <summary>With the system's own error: .NET has a type of its own for some (EFBIG is ArgumentOutOfRangeException).</summary>
    private static unsafe void Write(SafeFileHandle file, ReadOnlySpan<byte> contents, string path)
    {
        fixed (byte* bytes = contents)
        {
            for (nint written = 0; written < contents.Length;)
            {
                nint n = Libc.PWrite(file, bytes + written, contents.Length - written, written);
                Check(n < 0 && Errno.Last() != Errno.EINTR ? -1 : 0, "write", path);
                written += Math.Max(n, 0);
            }
        }
    }

    private static void Remove(string directory)
    {
        try
        {
            System.IO.Directory.Delete(directory, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // It was not made.
        }
    }

    private static void Check(int result, string operation, string path)
    {
        if (result != 0)
        {
            throw Errno.Failed(operation, path);
        }
    }
}
