using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Launching;
using Tether.Platform.Windows;
using Tether.Protocol;

namespace Tether.Keeper.Platform.Windows;

/// <summary>
/// The private connection to the launcher, over the pipe that it has named. The start request comes first; after the answer it is a
/// client's
/// connection like any other.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class StartChannel : IDisposable
{
    private readonly EventWaitHandle _ended = new ManualResetEvent(false);

    /// <exception cref="IOException">The launcher is gone, or it is not the user's own.</exception>
    internal StartChannel(string name)
    {
        Pipe = PrivatePipe.Open(name, Kernel32.GENERIC_READ | Kernel32.GENERIC_WRITE, Kernel32.FILE_FLAG_OVERLAPPED);
        if (!PipeAccess.IsOwn(PipeAccess.OwnerOf(Pipe, out int error)))
        {
            Pipe.Dispose();
            throw new IOException($"The pipe '{name}' is not this user's (error {error}).");
        }
    }

    internal SafePipeHandle Pipe { get; }

    /// <summary>The launcher's handles that came with the request, as this process has them, in its order.</summary>
    internal List<SafeHandle> Handles { get; } = [];

    /// <summary>Who made the pipe: the launcher.</summary>
    internal unsafe int Launcher
    {
        get
        {
            uint process;
            return Kernel32.GetNamedPipeServerProcessId(Pipe, &process) ? (int)process : 0;
        }
    }

    /// <summary>Reads the request. Null when the launcher went away before it was complete: then nothing is done.</summary>
    internal StartRequest? Receive()
    {
        byte[] header = new byte[Frame.HeaderSize];
        if (!Fill(header))
        {
            return null;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if ((FrameType)header[4] != FrameType.Start || length is < 0 or > Frame.MaximumStartRequest)
        {
            throw new ProtocolException(
                "start-expected",
                $"The first frame has type {header[4]} and {length} bytes; it must be a start of at most {Frame.MaximumStartRequest}.");
        }

        byte[] payload = new byte[length];
        if (!Fill(payload))
        {
            return null;
        }

        StartRequest request = StartRequest.Decode(payload);
        byte[] handles = new byte[request.Streams.DescriptorCount * sizeof(long)];
        if (!Fill(handles))
        {
            return null;
        }

        for (int i = 0; i < handles.Length; i += sizeof(long))
        {
            Handles.Add(new SafeFileHandle((nint)BinaryPrimitives.ReadInt64LittleEndian(handles.AsSpan(i)), ownsHandle: true));
        }

        return request;
    }

    /// <summary>Whether the launcher gave the start up: before the answer it sends nothing else (Launcher).</summary>
    internal unsafe bool IsGivenUp
    {
        get
        {
            uint available;
            return Kernel32.PeekNamedPipe(Pipe, null, 0, null, &available, null) && available > 0;
        }
    }

    /// <summary>A launcher that is gone misses the answer, and the program runs all the same: it is listed.</summary>
    internal unsafe void Answer(ReadOnlySpan<byte> frame)
    {
        fixed (byte* bytes = frame)
        {
            for (int sent = 0; sent < frame.Length;)
            {
                NativeOverlapped overlapped = Prepare();
                bool hasEnded = Kernel32.WriteFile(Pipe, bytes + sent, (uint)(frame.Length - sent), null, &overlapped);
                int written = End(hasEnded, &overlapped);
                if (written <= 0)
                {
                    return;
                }

                sent += written;
            }
        }
    }

    internal void AnswerFailure(StartFailedException failure) =>
        Answer(ProtocolJson.Frame(
            FrameType.StartFailed,
            new StartFailedMessage
            {
                Reason = failure.Reason,
                Message = failure.Message,
                Errno = failure.Errno,
                Parameter = failure.Parameter,
                UnsafeDirectory = failure.InnerException is UnsafeDirectoryException unsafeDirectory
                    ? new UnsafeDirectoryMessage
                    {
                        Path = unsafeDirectory.Path,
                        Reason = unsafeDirectory.Reason,
                        Remedy = unsafeDirectory.Remedy,
                    }
                    : null,
            },
            ProtocolJson.Default.StartFailedMessage));

    public void Dispose()
    {
        Pipe.Dispose();
        _ended.Dispose();
    }

    private unsafe bool Fill(Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            for (int filled = 0; filled < buffer.Length;)
            {
                NativeOverlapped overlapped = Prepare();
                int read = End(Kernel32.ReadFile(Pipe, bytes + filled, (uint)(buffer.Length - filled), null, &overlapped), &overlapped);
                if (read <= 0)
                {
                    return false;
                }

                filled += read;
            }
        }

        return true;
    }

    private NativeOverlapped Prepare() => new() { EventHandle = _ended.SafeWaitHandle.DangerousGetHandle() };

    /// <summary>How many bytes it was; -1 for an error.</summary>
    private unsafe int End(bool hasEnded, NativeOverlapped* overlapped)
    {
        if (!hasEnded && WindowsError.Last() != WindowsError.IoPending)
        {
            return -1;
        }

        uint count;
        return Kernel32.GetOverlappedResult(Pipe, overlapped, &count, wait: true) ? (int)count : -1;
    }
}
