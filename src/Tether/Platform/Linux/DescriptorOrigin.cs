using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary>Where a descriptor came from: the nearest living ancestor that has the same open file, or that one is gone.</summary>
[SupportedOSPlatform("linux")]
internal static class DescriptorOrigin
{
    internal static ResourceHolder Trace(ResourceHolder holder, ProcDescriptor descriptor, DescriptorInfo info)
    {
        if (NearestAncestor(descriptor, out bool isUnseen) is { } ancestor)
        {
            return holder with { Origin = ResourceOrigin.Ancestor, Ancestor = ancestor };
        }

        // A lock says who took it, also after that one's end.
        int? gone = info.Locks.Where(held => held.IsInherited && held.ProcessId > 0 && held.ProcessId != holder.ProcessId && ProcFs.StartTicks(held.ProcessId) is null)
            .Select(held => (int?)held.ProcessId).FirstOrDefault();
        return holder with { HasUnseenAncestor = isUnseen, GoneProcessId = gone, Origin = gone is not null || IsOrphan(holder.ProcessId) ? ResourceOrigin.AncestorGone : ResourceOrigin.Unknown };
    }

    private static ResourceAncestor? NearestAncestor(ProcDescriptor descriptor, out bool isUnseen)
    {
        isUnseen = false;
        for (int? pid = ProcFs.Parent(descriptor.ProcessId); pid is > 0; pid = ProcFs.Parent(pid.Value))
        {
            if (SameIn(pid.Value, descriptor, ref isUnseen) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static ResourceAncestor? SameIn(int pid, ProcDescriptor descriptor, ref bool isUnseen)
    {
        try
        {
            // The number is mostly the same; whatever it is, the file is compared first, as kcmp is refused more often.
            foreach (int number in ProcDescriptor.Numbers(pid).OrderBy(number => number != descriptor.Number))
            {
                if (ProcDescriptor.Read(pid, number) is { } candidate && OpenFiles.AreSameFile(descriptor.Status, candidate.Status)
                    && (OpenFiles.AreOne(descriptor, candidate) is { } certain ? certain : OpenFiles.AreAlike(descriptor, candidate)))
                {
                    return new ResourceAncestor(pid, ProcFs.Name(pid), number, OpenFiles.AreOne(descriptor, candidate) == true);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile or may not be looked at: the next one is asked, and the holder says so.
            isUnseen = true;
        }

        return null;
    }

    /// <summary>A child starts in its parent's session and leaves it only for one of its own: in neither, it has been given another parent.</summary>
    private static bool IsOrphan(int pid) =>
        ProcFs.Session(pid) is { } session && session != pid && ProcFs.Parent(pid) is { } parent && ProcFs.Session(parent) != session;
}
