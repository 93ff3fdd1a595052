using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Principal;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Windows;

/// <summary>Who may open a pipe, and whose pipe one is.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe class PipeAccess
{
    /// <summary>The security descriptor of a server's pipe, to be freed with <see cref="Marshal.FreeHGlobal"/> (LocalFree).</summary>
    internal static nint Describe(LocalServerAccess access)
    {
        if (access == LocalServerAccess.Group)
        {
            throw new LocalSocketException(LocalSocketError.NotSupported,
                "A user's group means nothing for a pipe of Windows. Use "
                + $"{nameof(LocalServerAccess)}.{nameof(LocalServerAccess.User)} or {nameof(LocalServerAccess.World)}.");
        }

        // "P": nothing is inherited from elsewhere. Everybody, where that is wished, may also make an instance of the pipe: writing to
        // the end, which every client asks for with GENERIC_WRITE, is the same right.
        using WindowsIdentity user = WindowsIdentity.GetCurrent();
        string others = access == LocalServerAccess.User ? "" : "(A;;GRGW;;;WD)";
        nint descriptor;
        return Advapi32.ConvertStringSecurityDescriptor($"O:{user.User}D:P(A;;GA;;;{user.User}){others}", Advapi32.SDDL_REVISION_1, &descriptor, null)
            ? descriptor
            : throw PipeErrors.Failed("Making", "the security descriptor of a pipe", WindowsError.Last());
    }

    /// <summary>The owner of the pipe at the other end of a client's handle; null where the system does not tell it.</summary>
    internal static SecurityIdentifier? OwnerOf(SafePipeHandle pipe, out int error)
    {
        nint owner;
        nint descriptor;
        error = Advapi32.GetSecurityInfo(pipe, Advapi32.SE_KERNEL_OBJECT, Advapi32.OWNER_SECURITY_INFORMATION, &owner, null, null, null, &descriptor);
        if (error != 0)
            return null;

        try
        {
            return owner == 0 ? null : new SecurityIdentifier(owner);
        }
        finally
        {
            Marshal.FreeHGlobal(descriptor);
        }
    }

    /// <summary>Whether the owner is this user: itself, or what its elevated processes own things as (Administrators).</summary>
    internal static bool IsOwn(SecurityIdentifier? owner)
    {
        using WindowsIdentity user = WindowsIdentity.GetCurrent();
        return owner is not null && (owner == user.User || owner == user.Owner);
    }
}
