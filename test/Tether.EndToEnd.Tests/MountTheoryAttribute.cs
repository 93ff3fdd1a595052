namespace Tether.EndToEnd.Tests;

/// <summary>A theory that mounts a small file system of its own, which only root may. CI runs as root, so there it always runs.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MountTheoryAttribute : TheoryAttribute
{
    public MountTheoryAttribute()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Skip = "Only root can mount a file system.";
        }
    }
}
