using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Journal;
using Tether.Launching;
using Tether.Platform.Linux;
using Tether.Protocol;
using Tether.Records;

namespace Tether.Keeper.Platform.Linux;

/// <content>The record of a keeper that was killed, taken over by this one.</content>
internal sealed partial class KeeperRecord
{
    /// <summary>Takes over the record of a keeper that was killed: it is locked before anything of it is believed.</summary>
    /// <exception cref="StartFailedException">Somebody keeps it, or there is nothing to keep. A record of a program that never ran is removed.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    internal static KeeperRecord Open(AdoptRequest request)
    {
        string directory = Path.Combine(request.Home, request.Name);
        SafeFileHandle @lock = RecordLock.Take(request.Home, request.Name)
            ?? throw new StartFailedException(StartFailure.NameInUse, Errno.EAGAIN, $"'{request.Name}' has a keeper, or is gone");
        try
        {
            RecordStore store = RecordStore.Open(request.Home)!;
            RecordFile file = store.ReadRecordFile(request.Name);
            if (store.ReadExitFile(request.Name) is not null)
            {
                throw new StartFailedException(StartFailure.NameInUse, 0, $"'{request.Name}' has ended");
            }

            if (file.BootId != ProcFs.BootId())
            {
                throw new StartFailedException(StartFailure.Other, 0, "the system was started again since");
            }

            if (file.PidNamespace != ProcFs.PidNamespace())
            {
                throw new StartFailedException(StartFailure.Other, 0, "it was started in another PID namespace (a container)");
            }

            FaultPoint.Reach("adopt-locked");
            return Reopen(directory, @lock, file);
        }
        catch (CorruptRecordException error)
        {
            @lock.Dispose();
            throw new StartFailedException(StartFailure.Other, 0, error.Problem, error);
        }
        catch
        {
            @lock.Dispose();
            throw;
        }
    }

    /// <summary>Says who keeps the program now. On a full disk the old contents are written over in place, which needs none.</summary>
    internal void WriteAdopted()
    {
        JournalPositions input = Journal.Input;
        File = File with
        {
            KeeperProcessId = Environment.ProcessId,
            KeeperStartTicks = ProcFs.StartTicks(Environment.ProcessId) ?? 0,
            Adoptions = File.Adoptions + 1,
            InputInDoubt = File.InputInDoubt + (input.End - input.Start),
        };
        byte[] json = ProtocolJson.Bytes(File);
        try
        {
            WriteJson(Directory, RecordPaths.Record, json);
        }
        catch (IOException error) when (StartFailures.IsDiskFull(error.HResult))
        {
            string path = PathOf(RecordPaths.Record);
            using SafeFileHandle file = Libc.Open(path, Libc.O_RDWR | Libc.O_CLOEXEC, 0);
            Check(file.IsInvalid ? -1 : 0, "open", path);
            // Spaces behind it, so that nothing of longer contents is left: JSON allows them.
            Write(file, [.. json, .. Enumerable.Repeat((byte)' ', (int)Math.Max(0, RandomAccess.GetLength(file) - json.Length))], path);
        }

        FaultPoint.Reach("adopt-recorded");
        Journal.WriteInput(input.Start, input.Start, input.IsOpen);
    }

    private static KeeperRecord Reopen(string directory, SafeFileHandle @lock, RecordFile file)
    {
        if (file.ProcessId == 0)
        {
            // Killed during the start: did the program run already?
            file = Identify(directory, file) ?? throw NeverStarted(directory, file);
        }

        SafeFileHandle positions = OpenFile(directory, RecordPaths.Positions, flags: 0);
        JournalPositions[] written = PositionsFile.ReadAll(
            SmallFile.ReadStart(Path.Combine(directory, RecordPaths.Positions), PositionsFile.Size) ?? [], file.Name);
        string socket = Path.Combine(directory, RecordPaths.Socket);
        _ = Libc.Unlink(socket);
        return new KeeperRecord(directory, @lock, OpenFile(directory, RecordPaths.Exit + DraftSuffix, Libc.O_CREAT), file)
        {
            Journal = new SessionJournal(
                positions, [.. DataFiles.Select(name => OpenFile(directory, name, flags: 0))], file.OutputWindow, file.WhenFull, written, TimeProvider.System),
            Endpoint = Endpoint.Bind(socket, socket),
        };
    }

    /// <summary>
    /// The program of a start that was cut off is the leader of the session that holds the record's streams: any, as the others may be kept nowhere.
    /// </summary>
    private static RecordFile? Identify(string directory, RecordFile file)
    {
        string[] fifos = [RecordPaths.StandardInputFifo, RecordPaths.StandardOutputFifo, RecordPaths.StandardErrorFifo];
        foreach (int pid in ProcFs.Processes())
        {
            if (ProcFs.Session(pid) == pid && fifos.Any(fifo => Fifo.IsHeldBy(pid, Path.Combine(directory, fifo))))
            {
                return file with { ProcessId = pid, ProcessStartTicks = ProcFs.StartTicks(pid) ?? 0, StartTime = DateTimeOffset.UtcNow };
            }
        }

        return null;
    }

    private static StartFailedException NeverStarted(string directory, RecordFile file)
    {
        if (file is { StandardInput: not null, StandardOutput: not null, StandardError: not null })
        {
            // Nothing ties a program to this record: it may run.
            return new StartFailedException(StartFailure.Other, 0, "its keeper was killed during the start, and none of its streams is kept that would tell whether it runs");
        }

        string hidden = Path.Combine(Path.GetDirectoryName(directory)!, RecordPaths.NewHiddenName("rm"));
        Check(Libc.Rename(directory, hidden), "rename", directory);
        Remove(hidden);
        return new StartFailedException(StartFailure.KeeperFailed, 0, "its keeper was killed before the program was started");
    }

    private static SafeFileHandle OpenFile(string directory, string name, int flags)
    {
        string path = Path.Combine(directory, name);
        SafeFileHandle file = Libc.Open(path, Libc.O_RDWR | Libc.O_CLOEXEC | Libc.O_NOFOLLOW | flags, OwnerOnly);
        Check(file.IsInvalid ? -1 : 0, "open", path);
        return file;
    }
}
