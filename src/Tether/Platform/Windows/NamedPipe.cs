using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Windows;

/// <summary>What holds for every pipe of ours: who may open it, from where, and what a server may do with its client.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe class NamedPipe
{
    /// <summary>An instance of the server's end, for overlapped input and output; null and the error when it cannot be made.</summary>
    /// <param name="name">The full name.</param>
    /// <param name="who">Who may open it.</param>
    /// <param name="access">PIPE_ACCESS_DUPLEX, INBOUND or OUTBOUND.</param>
    /// <param name="isFirst">Whether the name must be free.</param>
    /// <param name="instances">How many there may be.</param>
    /// <param name="size">The size of its buffer in each direction that it has. Never 0: each write would wait for its reader.</param>
    /// <param name="error">0 when it was made.</param>
    internal static SafePipeHandle? TryCreate(
        string name, LocalServerAccess who, uint access, bool isFirst, uint instances, uint size, out int error)
    {
        nint descriptor = PipeAccess.Describe(who);
        try
        {
            Kernel32.SecurityAttributes security = new() { Length = (uint)sizeof(Kernel32.SecurityAttributes), Descriptor = descriptor };
            uint openMode = access | Kernel32.FILE_FLAG_OVERLAPPED | (isFirst ? Kernel32.FILE_FLAG_FIRST_PIPE_INSTANCE : 0);
            return Valid(PipeCalls.Current.Create(
                name, openMode, Kernel32.PIPE_REJECT_REMOTE_CLIENTS, instances, size, &security, out error));
        }
        finally
        {
            Marshal.FreeHGlobal(descriptor);
        }
    }

    /// <summary>A client's end; null and the error when it cannot be opened.</summary>
    internal static SafePipeHandle? TryOpen(string name, uint access, uint flags, out int error) =>
        Valid(PipeCalls.Current.Open(name, access, flags | Kernel32.IdentificationOnly, out error));

    private static SafePipeHandle? Valid(SafePipeHandle pipe)
    {
        if (!pipe.IsInvalid)
        {
            return pipe;
        }

        pipe.Dispose();
        return null;
    }
}
