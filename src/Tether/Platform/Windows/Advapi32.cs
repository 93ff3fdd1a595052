using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Windows;

/// <summary>Security descriptors.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class Advapi32
{
    internal const int SE_KERNEL_OBJECT = 6;
    internal const uint OWNER_SECURITY_INFORMATION = 1;
    internal const uint SDDL_REVISION_1 = 1;

    [LibraryImport("advapi32", EntryPoint = "ConvertStringSecurityDescriptorToSecurityDescriptorW",
        SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool ConvertStringSecurityDescriptor(string text, uint revision, nint* descriptor, uint* size);

    [LibraryImport("advapi32")]
    internal static partial int GetSecurityInfo(
        SafePipeHandle handle, int type, uint what, nint* owner, nint* group, nint* dacl, nint* sacl, nint* descriptor);
}
