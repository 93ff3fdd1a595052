using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Launching;
using Tether.Platform.Linux;
using Tether.Protocol;

namespace Tether.Keeper.Platform.Linux;

/// <summary>
/// The private connection to the launcher, on descriptor 3. The launcher's start request comes first; after the answer it is a client's
/// connection like any other.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class StartChannel(SafeFileHandle socket)
{
    internal const int Descriptor = 3;

    private bool _isFirst = true;
    private bool _isCut;

    internal SafeFileHandle Socket { get; } = socket;

    /// <summary>The launcher's descriptors that came with the request, in its order.</summary>
    internal List<SafeFileHandle> Descriptors { get; } = [];

    /// <summary>Who made the connection: the launcher (SO_PEERCRED of unix(7)); 0 when the kernel does not say.</summary>
    internal unsafe int Launcher
    {
        get
        {
            uint* credentials = stackalloc uint[3]; // pid, uid, gid
            uint length = 3 * sizeof(uint);
            return Libc.GetSocketOption(Socket, Libc.SOL_SOCKET, Libc.SO_PEERCRED, (byte*)credentials, &length) == 0 ? (int)credentials[0] : 0;
        }
    }

    /// <summary>
    /// Reads the request, a <see cref="StartRequest"/> or an <see cref="AdoptRequest"/>. Null when the launcher went away before it was
    /// complete: then nothing is done.
    /// </summary>
    internal object? Receive()
    {
        byte[] header = new byte[Frame.HeaderSize];
        if (!Fill(header))
        {
            return null;
        }

        int length = BitConverter.ToInt32(header);
        FrameType type = (FrameType)header[4];
        if (type is not (FrameType.Start or FrameType.Adopt) || length is < 0 or > Frame.MaximumStartRequest)
        {
            throw new ProtocolException("start-expected", $"The first frame has type {header[4]} and {length} bytes; it must be a start or adopt of at most {Frame.MaximumStartRequest}.");
        }

        byte[] payload = new byte[length];
        return !Fill(payload) ? null : type == FrameType.Start ? Checked(StartRequest.Decode(payload)) : AdoptRequest.Decode(payload);
    }

    private StartRequest Checked(StartRequest request)
    {
        if (_isCut)
        {
            throw new StartFailedException(StartFailure.OutOfResources, Errno.EMFILE, "its keeper has no descriptors left for those that are passed on: raise the limit (ulimit -n)");
        }

        return Descriptors.Count == request.Streams.DescriptorCount
            ? request
            : throw new ProtocolException("descriptors", $"{Descriptors.Count} descriptors came with a start request that tells of {request.Streams.DescriptorCount}.");
    }

    /// <summary>Whether the launcher gave the start up: before the answer it sends nothing else (Launcher).</summary>
    internal unsafe bool IsGivenUp
    {
        get
        {
            byte next;
            return Libc.Receive(Socket, &next, 1, Libc.MSG_PEEK | Libc.MSG_DONTWAIT) > 0;
        }
    }

    /// <summary>A launcher that is gone misses the answer, and the program runs all the same: it is listed.</summary>
    internal unsafe void Answer(ReadOnlySpan<byte> frame)
    {
        fixed (byte* bytes = frame)
        {
            nint sent = 0;
            while (sent < frame.Length)
            {
                nint n = Libc.Send(Socket, bytes + sent, (nint)frame.Length - sent, Libc.MSG_NOSIGNAL);
                if (n < 0 && Errno.Last() == Errno.EINTR)
                {
                    continue;
                }

                if (n <= 0)
                {
                    return;
                }

                sent += n;
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
                    ? new UnsafeDirectoryMessage { Path = unsafeDirectory.Path, Reason = unsafeDirectory.Reason, Remedy = unsafeDirectory.Remedy }
                    : null,
            }));

    private unsafe bool Fill(Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            nint filled = 0;
            while (filled < buffer.Length)
            {
                // The descriptors come with the first byte.
                nint n = _isFirst
                    ? DescriptorPassing.Receive(Socket, bytes + filled, (nint)buffer.Length - filled, Descriptors, out _isCut)
                    : Libc.Receive(Socket, bytes + filled, (nint)buffer.Length - filled, 0);
                if (n < 0 && Errno.Last() == Errno.EINTR)
                {
                    continue;
                }

                if (n <= 0)
                {
                    return false;
                }

                _isFirst = false;
                filled += n;
            }
        }

        return true;
    }
}
