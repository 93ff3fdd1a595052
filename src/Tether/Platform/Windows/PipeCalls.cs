using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Windows;

/// <summary>
/// The two calls that make and open pipes. Only <see cref="NamedPipe"/> makes them; a test can take their place, to see what is asked of
/// the system and to answer as it would, which Wine does not.
/// </summary>
[SupportedOSPlatform("windows")]
internal unsafe class PipeCalls
{
    private static readonly PipeCalls System = new();
    private static readonly AsyncLocal<PipeCalls?> Replaced = new();

    internal static PipeCalls Current => Replaced.Value ?? System;

    /// <summary>Runs something with other calls in the place of the system's, also on the threads and tasks that it starts.</summary>
    internal static void Replace(PipeCalls calls, Action action)
    {
        Replaced.Value = calls;
        try
        {
            action();
        }
        finally
        {
            Replaced.Value = null;
        }
    }

    /// <summary>An invalid handle and the error, or the server's end and 0.</summary>
    internal virtual SafePipeHandle Create(
        string name, uint openMode, uint pipeMode, uint instances, uint size, Kernel32.SecurityAttributes* security, out int error)
    {
        SafePipeHandle pipe = Kernel32.CreateNamedPipe(name, openMode, pipeMode, instances, size, size, 0, security);
        error = pipe.IsInvalid ? WindowsError.Last() : 0;
        return pipe;
    }

    /// <summary>An invalid handle and the error, or the client's end and 0.</summary>
    internal virtual SafePipeHandle Open(string name, uint access, uint flags, out int error)
    {
        SafePipeHandle pipe = Kernel32.OpenPipe(name, access, 0, null, Kernel32.OPEN_EXISTING, flags, 0);
        error = pipe.IsInvalid ? WindowsError.Last() : 0;
        return pipe;
    }
}
