namespace Tether.EndToEnd.Tests.Start;

/// <summary>What holds for every program and keeper after every start, whatever the launcher's state. The program is "cat", which changes nothing.</summary>
internal static class Detachment
{
    internal static async Task AssertDetachedAsync(TestHome home, StartReport start, int launcher)
    {
        await using TetheredProcess attached = await home.AttachAsync(start.Name);
        await AssertAnswersAsync(home, attached);

        AssertNoRelative(start.ProgramId, launcher);
        AssertNoRelative(start.KeeperId, launcher);
        Assert.Equal("/", ProcInfo.WorkingDirectory(start.KeeperId));

        string record = Path.Combine(home.Path, start.Name);
        Dictionary<int, string> expected = new() { [0] = record + "/stdin", [1] = record + "/stdout", [2] = record + "/stderr" };
        Assert.Equal(expected, ProcInfo.Descriptors(start.ProgramId));
        AssertKeepersOwn(start.KeeperId, record);

        Assert.Equal(0UL, ProcInfo.Signals(start.ProgramId, "SigBlk"));
        Assert.Equal(0UL, ProcInfo.Signals(start.ProgramId, "SigIgn"));
        Assert.Equal(0UL, ProcInfo.Signals(start.ProgramId, "SigCgt"));
    }

    /// <summary>
    /// "cat" sends back what it is sent. A program that answers has been through exec, which sets what /proc shows step by step, and through
    /// its loader, which opens files of its own.
    /// </summary>
    internal static async Task AssertAnswersAsync(TestHome home, TetheredProcess cat)
    {
        byte[] hello = "hello"u8.ToArray();
        await cat.StandardInput.WriteAsync(hello, home.Bound);
        await using Stream output = cat.StandardOutput.OpenRead();
        byte[] answer = new byte[hello.Length];
        await output.ReadExactlyAsync(answer, home.Bound);
        Assert.Equal(hello, answer);
    }

    internal static async Task AssertAnswersAsync(TestHome home, StartReport start)
    {
        await using TetheredProcess cat = await home.AttachAsync(start.Name);
        await AssertAnswersAsync(home, cat);
    }

    /// <summary>No child of the launcher, in a session and a group of its own, without a terminal.</summary>
    private static void AssertNoRelative(int pid, int launcher)
    {
        Assert.NotEqual(launcher, ProcInfo.Parent(pid));
        Assert.Equal(pid, ProcInfo.Session(pid));
        Assert.Equal(pid, ProcInfo.Group(pid));
        Assert.Equal(0, ProcInfo.Terminal(pid));
    }

    /// <summary>A keeper has what it opened by itself, and one socket that the launcher made for it.</summary>
    private static void AssertKeepersOwn(int keeper, string record)
    {
        Dictionary<int, string> descriptors = ProcInfo.Descriptors(keeper);
        foreach ((int number, string target) in descriptors)
        {
            bool isOwn = target is "/dev/null" or "/dev/urandom" || target == record || target.StartsWith(record + "/", StringComparison.Ordinal)
                || target is "anon_inode:[eventpoll]" or "anon_inode:[signalfd]" || target.StartsWith("socket:", StringComparison.Ordinal);
            Assert.True(isOwn, $"The keeper's descriptor {number} is {target}.");
        }

        // The launcher's connection, the endpoint and this client.
        Assert.Equal(3, descriptors.Values.Count(target => target.StartsWith("socket:", StringComparison.Ordinal)));
    }
}
