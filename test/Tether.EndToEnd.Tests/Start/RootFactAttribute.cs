namespace Tether.EndToEnd.Tests.Start;

/// <summary>A test that needs a second user, or a file system of its own, which only root can have. CI runs as root, so there it always runs.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        if (!Environment.IsPrivilegedProcess)
            Skip = "Only root can become another user, or mount a file system.";
    }
}
