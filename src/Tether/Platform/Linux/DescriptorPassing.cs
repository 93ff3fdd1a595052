using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Linux;

/// <summary>
/// Descriptors beside bytes over a Unix socket: SCM_RIGHTS of unix(7). Until they are received the kernel holds them, and lets go of them
/// with the socket.
/// </summary>
[SupportedOSPlatform("linux")]
internal static unsafe class DescriptorPassing
{
    /// <summary>SCM_MAX_FD of the kernel: so many go with one message.</summary>
    internal const int Maximum = 253;

    private static int ControlSize(int count) =>
        sizeof(Libc.ControlHeader) + (((count * sizeof(int)) + sizeof(nuint) - 1) & ~(sizeof(nuint) - 1));

    /// <summary>Sends one byte, and the descriptors with it. Returns 0 or the error number.</summary>
    internal static int Send(SafeHandle socket, byte first, IReadOnlyList<SafeHandle> handles)
    {
        int size = ControlSize(handles.Count);
        byte* control = stackalloc byte[size];
        new Span<byte>(control, size).Clear();
        Libc.ControlHeader* header = (Libc.ControlHeader*)control;
        *header = new Libc.ControlHeader
        {
            Length = (nuint)(sizeof(Libc.ControlHeader) + (handles.Count * sizeof(int))),
            Level = Libc.SOL_SOCKET,
            Type = Libc.SCM_RIGHTS,
        };
        int* numbers = (int*)(header + 1);
        int held = 0;
        try
        {
            // None of them may be closed, and its number become another's, before it is sent.
            foreach (SafeHandle handle in handles)
            {
                bool isHeld = false;
                handle.DangerousAddRef(ref isHeld);
                numbers[held++] = (int)handle.DangerousGetHandle();
            }

            Libc.Vector vector = new() { Start = &first, Length = 1 };
            Libc.Message message = new() { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = (nuint)size };
            while (Libc.SendMessage(socket, &message, Libc.MSG_NOSIGNAL) < 0)
            {
                if (Errno.Last() != Errno.EINTR)
                {
                    return Errno.Last();
                }
            }

            return 0;
        }
        finally
        {
            while (held > 0)
            {
                handles[--held].DangerousRelease();
            }
        }
    }

    /// <summary>
    /// Receives bytes, and adds the descriptors that came with them, close-on-exec from their first moment. Returns what recvmsg(2) does.
    /// <paramref name="isCut"/>: some were lost, as this process has no descriptor free.
    /// </summary>
    internal static nint Receive(SafeHandle socket, byte* buffer, nint length, List<SafeFileHandle> received, out bool isCut)
    {
        int size = ControlSize(Maximum);
        byte* control = stackalloc byte[size];
        Libc.Vector vector = new() { Start = buffer, Length = (nuint)length };
        Libc.Message message = new() { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = (nuint)size };
        nint read = Libc.ReceiveMessage(socket, &message, Libc.MSG_CMSG_CLOEXEC);
        isCut = read >= 0 && (message.Flags & Libc.MSG_CTRUNC) != 0;
        Libc.ControlHeader* header = (Libc.ControlHeader*)control;
        bool isRights = message.ControlLength >= (nuint)sizeof(Libc.ControlHeader)
            && header->Level == Libc.SOL_SOCKET
            && header->Type == Libc.SCM_RIGHTS;
        if (read <= 0 || !isRights)
        {
            return read;
        }

        int* numbers = (int*)(header + 1);
        int count = ((int)header->Length - sizeof(Libc.ControlHeader)) / sizeof(int);
        for (int i = 0; i < count; i++)
        {
            received.Add(new SafeFileHandle(numbers[i], ownsHandle: true));
        }

        return read;
    }
}
