namespace Tether.EndToEnd.Tests;

/// <summary>A test that mounts a small file system of its own, which only root may.</summary>
public sealed class MountFactAttribute : FactAttribute
{
    public MountFactAttribute()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Skip = "Only root can mount a file system.";
        }
    }
}
