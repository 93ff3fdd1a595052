using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace Tether.Platform.Windows;

/// <summary>A directory that is its user's alone, by its owner and its access list. The system and administrators can enter any.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsPrivateDirectory
{
    private const FileAttributes Link = FileAttributes.ReparsePoint;

    /// <summary>Whether there is one.</summary>
    /// <exception cref="UnsafeDirectoryException">There is one, and others can enter it.</exception>
    internal static bool Exists(string path)
    {
        DirectoryInfo directory = new(path);
        if (!directory.Exists)
        {
            return false;
        }

        Check(directory);
        return true;
    }

    /// <summary>Makes the directory where there is none.</summary>
    /// <exception cref="UnsafeDirectoryException">There is one, and others can enter it.</exception>
    /// <exception cref="IOException">It cannot be made.</exception>
    internal static void Ensure(string path)
    {
        DirectoryInfo directory = new(path);
        if (!directory.Exists)
        {
            directory.Parent?.Create();
            using WindowsIdentity user = WindowsIdentity.GetCurrent();
            DirectorySecurity security = new();
            security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
            security.AddAccessRule(new FileSystemAccessRule(
                user.User!, FileSystemRights.FullControl, InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit,
                PropagationFlags.None, AccessControlType.Allow));
            // Made by somebody else meanwhile, it is left as it is, and checked.
            directory.Create(security);
            directory.Refresh();
        }

        Check(directory);
    }

    private static void Check(DirectoryInfo directory)
    {
        if ((directory.Attributes & Link) != 0)
        {
            throw new UnsafeDirectoryException(
                directory.FullName, "it is a link to another directory", "Name the directory itself, or another one.");
        }

        DirectorySecurity security = directory.GetAccessControl(AccessControlSections.Owner | AccessControlSections.Access);
        SecurityIdentifier? owner = security.GetOwner(typeof(SecurityIdentifier)) as SecurityIdentifier;
        if (!PipeAccess.IsOwn(owner))
        {
            throw new UnsafeDirectoryException(
                directory.FullName, $"it belongs to {owner?.Value ?? "nobody"}, not to this user",
                $"Set {Records.TetherHome.Variable} to a directory of your own.");
        }

        foreach (FileSystemAccessRule rule in security.GetAccessRules(true, true, typeof(SecurityIdentifier)))
        {
            if (rule.AccessControlType == AccessControlType.Allow && !IsHarmless((SecurityIdentifier)rule.IdentityReference))
            {
                throw new UnsafeDirectoryException(
                    directory.FullName, $"{rule.IdentityReference.Value} has access to it ({rule.FileSystemRights})",
                    $"Take that away (icacls), or set {Records.TetherHome.Variable} to a directory that is yours alone.");
            }
        }
    }

    private static bool IsHarmless(SecurityIdentifier who) => PipeAccess.IsOwn(who)
        || who.IsWellKnown(WellKnownSidType.LocalSystemSid)
        || who.IsWellKnown(WellKnownSidType.BuiltinAdministratorsSid)
        || who.IsWellKnown(WellKnownSidType.CreatorOwnerSid)
        || who.IsWellKnown(WellKnownSidType.WinCreatorOwnerRightsSid);
}
