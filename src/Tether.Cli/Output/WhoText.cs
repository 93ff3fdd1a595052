namespace Tether.Cli.Output;

/// <summary>Holders for a person: each process, how it holds the resource, and where it got it from.</summary>
internal static class WhoText
{
    private const int Indent = 4;

    internal static string Format(ResourceHolders found, Paragraphs text)
    {
        int count = found.Holders.Select(holder => holder.ProcessId).Distinct().Count();
        text.Add(found.Resource, count switch
        {
            0 when found.UnseenProcesses > 0 => ": nobody holds it, as far as could be seen.",
            0 => ": nobody holds it.",
            1 => ": 1 process holds it.",
            _ => $": {count} processes hold it.",
        }, 0);
        foreach (ResourceHolder holder in found.Holders)
        {
            text.Blank().Add($"{holder.ProcessName} (PID {holder.ProcessId})", ": " + How(holder), Indent);
            if (holder.Use == ResourceUse.Descriptor)
            {
                text.Add(holder.Target + (holder.Lock is { } held ? $", holds the lock ({held})" : ""), Indent);
                if (holder.Descriptor is not null)
                {
                    text.Add(From(holder), Indent);
                }
            }
        }

        if (found.UnseenProcesses is > 0 and var unseen)
        {
            text.Blank().Add($"{unseen} {(unseen == 1 ? "process" : "processes")} could not be seen: {WhoSeesMore(found.Resource)}", 0);
        }

        return text.ToString();
    }

    private static string WhoSeesMore(string resource) => (Environment.IsPrivilegedProcess, OperatingSystem.IsWindows()) switch
    {
        (true, true) => "protected even from this administrator.",
        (true, false) => "protected even from this root user.",
        (_, true) => "other users', or protected. An administrator sees more.",
        _ => $"other users', or protected. 'sudo tether who {Formatting.ShellQuoting.Quote(resource)}' sees more.",
    };

    private static string How(ResourceHolder holder) => holder.Use switch
    {
        ResourceUse.Descriptor when holder.Descriptor is { } number =>
            $"{Words.Descriptor} {Words.OfNumber(number)}, {(holder.IsInheritable ? "inherited by what it starts" : OperatingSystem.IsWindows() ? "not inherited" : "close-on-exec")}",
        ResourceUse.Descriptor => holder.GoneProcessId is null ? "made it" : "made it, and what it started has it",
        ResourceUse.WorkingDirectory => "its working directory",
        ResourceUse.RootDirectory => "its root directory",
        ResourceUse.Executable => "the program that it executes",
        _ => "mapped into its memory",
    };

    private static string From(ResourceHolder holder) => holder switch
    {
        { Ancestor: { } ancestor } =>
            $"{(ancestor.IsCertain ? "got it from" : "likely got it from")} {ancestor.ProcessName} (PID {ancestor.ProcessId}), {Words.Descriptor} {Words.OfNumber(ancestor.Descriptor)}",
        { GoneProcessId: { } gone } => $"got it from an ancestor that is gone: PID {gone} took the lock",
        { Origin: ResourceOrigin.AncestorGone } => "opened it itself, or got it from an ancestor that is gone",
        { HasUnseenAncestor: true } => "opened it itself, or got it from an ancestor that could not be seen",
        _ => "opened it itself, as far as can be told: no living ancestor has it",
    };
}
