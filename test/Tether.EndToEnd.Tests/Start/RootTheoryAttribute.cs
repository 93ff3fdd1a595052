namespace Tether.EndToEnd.Tests.Start;

/// <summary>A theory that needs a second user, whom only root can become. CI runs as root, so there it always runs.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootTheoryAttribute : TheoryAttribute
{
    public RootTheoryAttribute()
    {
        if (!Environment.IsPrivilegedProcess)
            Skip = "Only root can become another user.";
    }
}
