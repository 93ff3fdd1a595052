using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Windows;

/// <summary>
/// The two calls that make and open pipes. Only <see cref="NamedPipe"/> makes them; a test can take their place, to see what is asked of
/// the system and to answer as it would, which Wine does not.
/// </summary>
[SupportedOSPlatform("windows")]
internal abstract unsafe class PipeCalls
{
    private static readonly AsyncLocal<PipeCalls?> Replaced = new();

    internal static PipeCalls Current => Replaced.Value ?? SystemPipeCalls.Instance;

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
    internal abstract SafePipeHandle Create(
        string name, uint openMode, uint pipeMode, uint instances, uint size, Kernel32.SecurityAttributes* security, out int error);

    /// <summary>An invalid handle and the error, or the client's end and 0.</summary>
    internal abstract SafePipeHandle Open(string name, uint access, uint flags, out int error);
}
