using System.Runtime.Versioning;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Windows;

/// <summary>
/// Pipes of this user's for one peer: under a name that cannot be guessed, which nobody else may have, for this user only.
/// </summary>
[SupportedOSPlatform("windows")]
internal static class PrivatePipe
{
    /// <summary>Not by Guid.NewGuid, for which Windows loads COM.</summary>
    internal static string NewName(string purpose) =>
        $"{PipeName.Prefix}tether-{purpose}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}";

    /// <summary>The server's end, for overlapped input and output.</summary>
    /// <param name="name">The full name.</param>
    /// <param name="access">PIPE_ACCESS_DUPLEX, INBOUND or OUTBOUND.</param>
    /// <param name="isFirst">Whether the name must be free.</param>
    /// <param name="instances">How many there may be.</param>
    /// <param name="size">The size of its buffer in each direction that it has. Never 0: each write would wait for its reader.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    internal static SafePipeHandle Create(string name, uint access, bool isFirst, uint instances, uint size) =>
        NamedPipe.TryCreate(name, LocalServerAccess.User, access, isFirst, instances, size, out int error)
        ?? throw WindowsError.Failed("Making the pipe", name, error);

    /// <summary>The other end.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    internal static SafePipeHandle Open(string name, uint access, uint flags) =>
        NamedPipe.TryOpen(name, access, flags, out int error) ?? throw WindowsError.Failed("Opening the pipe", name, error);
}
