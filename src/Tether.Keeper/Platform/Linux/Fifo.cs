using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Platform.Linux;

namespace Tether.Keeper.Platform.Linux;

/// <summary>The record's FIFOs (fifo(7)), close-on-exec.</summary>
[SupportedOSPlatform("linux")]
internal static class Fifo
{
    private const string DeletedSuffix = " (deleted)";

    /// <exception cref="IOException">It cannot be opened.</exception>
    internal static SafeFileHandle Open(string path, int flags)
    {
        SafeFileHandle file = Libc.Open(path, flags | Libc.O_CLOEXEC | Libc.O_NOCTTY, 0);
        return file.IsInvalid ? throw Errno.Failed("open", path) : file;
    }

    /// <summary>
    /// A reading end that blocks, as a program expects it. Opening it so would wait for a writer, so it is opened without waiting and
    /// then set back; its file description is the program's alone.
    /// </summary>
    internal static SafeFileHandle OpenBlockingForRead(string path)
    {
        SafeFileHandle file = Open(path, Libc.O_RDONLY | Libc.O_NONBLOCK);
        return Libc.Fcntl(file, Libc.F_SETFL, 0) == 0 ? file : throw Errno.Failed("fcntl(F_SETFL)", path);
    }

    /// <summary>
    /// The end that a killed keeper had, opened again without waiting. Where a cleaner has deleted the file, or something else has taken its
    /// place, it is reached through who holds the other end. Null when nobody does: then the stream has ended.
    /// </summary>
    /// <param name="path">Where it was made.</param>
    /// <param name="access">Which end.</param>
    /// <param name="program">A program that runs as another user was given its FIFOs, so they are that user's.</param>
    internal static SafeFileHandle? Reopen(string path, int access, int program)
    {
        int flags = access | Libc.O_NONBLOCK | Libc.O_CLOEXEC | Libc.O_NOCTTY;
        uint? owner = ProcLinks.Status($"/proc/{program}")?.UserId;
        return OwnFifo(Libc.Open(path, flags | Libc.O_NOFOLLOW, 0), owner)
            ?? ProcFs.Processes().Select(pid => Reach(pid, path, flags, owner)).FirstOrDefault(end => end is not null);
    }

    /// <summary>The reading end of a pipe that nobody writes to.</summary>
    internal static unsafe SafeFileHandle Ended()
    {
        int* ends = stackalloc int[2];
        if (Libc.Pipe(ends, Libc.O_CLOEXEC | Libc.O_NONBLOCK) != 0)
        {
            throw Errno.Failed("pipe2", "a stream that has ended");
        }

        new SafeFileHandle(ends[1], ownsHandle: true).Dispose();
        return new SafeFileHandle(ends[0], ownsHandle: true);
    }

    /// <summary>Whether nobody can write to the pipe any more.</summary>
    internal static unsafe bool HasNoWriter(SafeFileHandle fifo)
    {
        PollRequest poll = new() { Descriptor = (int)fifo.DangerousGetHandle(), Events = Libc.POLLIN };
        return Libc.Poll(&poll, 1, 0) > 0 && (poll.Happened & Libc.POLLHUP) != 0;
    }

    /// <summary>Whether the process holds an end of the FIFO, also of one that was deleted.</summary>
    internal static bool IsHeldBy(int pid, string path) => DescriptorOf(pid, path) is not null;

    /// <summary>
    /// Of a FIFO that had no writer since it was opened, the kernel tells no end. So one comes and goes.
    /// </summary>
    private static SafeFileHandle Met(SafeFileHandle end)
    {
        Libc.Open($"/proc/self/fd/{end.DangerousGetHandle()}", Libc.O_WRONLY | Libc.O_NONBLOCK | Libc.O_CLOEXEC, 0).Dispose();
        return end;
    }

    private static SafeFileHandle? Reach(int pid, string path, int flags, uint? owner)
    {
        if (pid == Environment.ProcessId || DescriptorOf(pid, path) is not { } number)
        {
            return null;
        }

        return OwnFifo(Libc.Open($"/proc/{pid}/fd/{number}", flags, 0), owner);
    }

    /// <summary>The file when it is a FIFO of this user or the program's; null, and closed, when it could not be opened or is something else.</summary>
    private static SafeFileHandle? OwnFifo(SafeFileHandle file, uint? owner)
    {
        if (!file.IsInvalid
            && ProcLinks.Status($"/proc/self/fd/{file.DangerousGetHandle()}") is { IsFifo: true } status
            && (status.UserId == Libc.GetEffectiveUserId() || status.UserId == owner))
        {
            return Met(file);
        }

        file.Dispose();
        return null;
    }

    private static int? DescriptorOf(int pid, string path)
    {
        try
        {
            foreach (int number in ProcDescriptor.Numbers(pid))
            {
                string descriptor = $"/proc/{pid}/fd/{number}";
                string? link = ProcLinks.Read(descriptor);
                if ((link == path || link == path + DeletedSuffix) && ProcLinks.Status(descriptor) is { IsFifo: true } held && IsTheRecords(held, path))
                {
                    return number;
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It is gone, or another user's: nothing of this program's, unless it changed its user.
        }

        return null;
    }

    /// <summary>The text of a link is a path in its process's own mounts, where another user can have something of the same name.</summary>
    private static bool IsTheRecords(FileStatus held, string path) =>
        held.UserId == Libc.GetEffectiveUserId() || (ProcLinks.Status(path) is { } there && OpenFiles.AreSameFile(held, there));
}
