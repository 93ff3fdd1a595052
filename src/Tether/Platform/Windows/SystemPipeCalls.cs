using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Windows;

/// <summary>The system's own.</summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe class SystemPipeCalls : PipeCalls
{
    internal static readonly SystemPipeCalls Instance = new();

    internal override SafePipeHandle Create(
        string name, uint openMode, uint pipeMode, uint instances, uint size, Kernel32.SecurityAttributes* security, out int error)
    {
        SafePipeHandle pipe = Kernel32.CreateNamedPipe(name, openMode, pipeMode, instances, size, size, 0, security);
        error = pipe.IsInvalid ? WindowsError.Last() : 0;
        return pipe;
    }

    internal override SafePipeHandle Open(string name, uint access, uint flags, out int error)
    {
        SafePipeHandle pipe = Kernel32.OpenPipe(name, access, 0, null, Kernel32.OPEN_EXISTING, flags, 0);
        error = pipe.IsInvalid ? WindowsError.Last() : 0;
        return pipe;
    }
}
