using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Security.Principal;
using Tether.Platform.Windows;

namespace Tether.WineTests;

/// <summary>Security descriptors as the system writes them (SDDL).</summary>
internal static unsafe partial class SecurityText
{
    internal const uint Owner = Advapi32.OWNER_SECURITY_INFORMATION;
    internal const uint AccessList = 4; // DACL_SECURITY_INFORMATION

    internal static SecurityIdentifier User
    {
        get
        {
            using WindowsIdentity identity = WindowsIdentity.GetCurrent();
            return identity.User!;
        }
    }

    /// <summary>What the object of a handle has.</summary>
    internal static string Of(SafeHandle handle, uint what)
    {
        nint descriptor;
        int error = GetSecurityInfo(handle, Advapi32.SE_KERNEL_OBJECT, what, null, null, null, null, &descriptor);
        return error == 0 ? Take(descriptor, what) : throw new Win32Exception(error);
    }

    internal static string Of(nint descriptor, uint what)
    {
        nint text;
        if (!ToText(descriptor, Advapi32.SDDL_REVISION_1, what, &text, null))
            throw new Win32Exception();

        string result = new((char*)text);
        Marshal.FreeHGlobal(text);
        return result;
    }

    /// <summary>A description written as the system would: it has short names for some of its users.</summary>
    internal static string Normal(string description)
    {
        nint descriptor;
        Assert.True(Advapi32.ConvertStringSecurityDescriptor(description, Advapi32.SDDL_REVISION_1, &descriptor, null));
        return Take(descriptor, Owner | AccessList);
    }

    private static string Take(nint descriptor, uint what)
    {
        try
        {
            return Of(descriptor, what);
        }
        finally
        {
            Marshal.FreeHGlobal(descriptor);
        }
    }

    [LibraryImport("advapi32")]
    private static partial int GetSecurityInfo(
        SafeHandle handle, int type, uint what, nint* owner, nint* group, nint* dacl, nint* sacl, nint* descriptor);

    [LibraryImport("advapi32", EntryPoint = "ConvertSecurityDescriptorToStringSecurityDescriptorW", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool ToText(nint descriptor, uint revision, uint what, nint* text, uint* length);
}
