using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Platform.Windows;

namespace Tether.WineTests;

/// <summary>
/// A pipe that somebody else has made: the system's, by its owner, who lets everybody in; one that lets nobody but the system in; or one that takes no other
/// instance.
/// On Windows an owner other than oneself needs the privilege to restore files, so administrators' rights; Wine asks for none.
/// </summary>
[SupportedOSPlatform("windows")]
internal static unsafe class ForeignPipe
{
    internal const string System = "S-1-5-18";

    internal static SafePipeHandle OfTheSystem(string fullName) => Create(fullName, $"O:{System}D:P(A;;GA;;;WD)", instances: 4);

    internal static SafePipeHandle OfOneInstance(string fullName) => Create(fullName, "D:P(A;;GA;;;WD)", instances: 1);

    internal static SafePipeHandle ClosedToOthers(string fullName) => Create(fullName, $"D:P(A;;GA;;;{System})", instances: 4);

    private static SafePipeHandle Create(string fullName, string description, uint instances)
    {
        nint descriptor;
        Assert.True(Advapi32.ConvertStringSecurityDescriptor(description, Advapi32.SDDL_REVISION_1, &descriptor, null));
        try
        {
            Kernel32.SecurityAttributes security = new() { Length = (uint)sizeof(Kernel32.SecurityAttributes), Descriptor = descriptor };
            SafePipeHandle pipe = Kernel32.CreateNamedPipe(
                fullName, Kernel32.PIPE_ACCESS_DUPLEX | Kernel32.FILE_FLAG_OVERLAPPED, 0, instances, 4096, 4096, 0, &security);
            Assert.False(pipe.IsInvalid, $"CreateNamedPipe: error {WindowsError.Last()}. It needs the rights of an administrator.");
            return pipe;
        }
        finally
        {
            Marshal.FreeHGlobal(descriptor);
        }
    }
}
