using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Tether.Tests;

/// <summary>What is refused before anything is started: the message names the member, the reason and the way out.</summary>
[SupportedOSPlatform("linux")]
public sealed class UnixStartInfoTests
{
    [Fact]
    public void ImpossibleUnixProcessParameters_Members_AreRefusedEarly()
    {
        AssertRefused(() => new UnixStartInfo { Umask = (UnixFileMode)0xFFF }, "umask 7777", "0 to 777");
        AssertRefused(() => new UnixStartInfo { Nice = 20 }, "nice value 20", "-20");
        AssertRefused(() => new UnixStartInfo { OomScoreAdjustment = -1001 }, "-1001", "-1000");
        AssertRefused(() => new UnixStartInfo { IgnoredSignals = [(PosixSignal)9] }, "SIGKILL", "leave it out");
        AssertRefused(() => new UnixStartInfo { IgnoredSignals = [(PosixSignal)99] }, "99", "1 to 64");
        AssertRefused(() => new UnixStartInfo { Limits = Limits(UnixResource.NoFile, new(2, 1)) }, "NoFile", "above its hard limit");
        AssertRefused(() => new UnixStartInfo { Limits = Limits((UnixResource)5, new(1)) }, "5", "UnixResource");
        AssertRefused(() => new UnixIdentity(uint.MaxValue, 1), "4294967295", "no change");
        AssertRefused(() => UnixIdentity.Find("no-such-user"), "'no-such-user'", "no user");
    }

    [Fact]
    public void ImpossibleUnixProcessParameters_MembersThatContradictEachOther_AreRefusedByTheSpec()
    {
        AssertRefused(() => Spec(new UnixStartInfo { ResetIds = true, Identity = new UnixIdentity(1, 1) }), "Identity", "ResetIds");
        AssertRefused(() => Spec(new UnixStartInfo { CoreDumps = false, Limits = Limits(UnixResource.Core, new(0)) }), "CoreDumps", "Core");
    }

    [Fact]
    public void Find_Root_IsZeroByNameAndNumber()
    {
        Assert.Equal((0u, 0u), (UnixIdentity.Find("root").UserId, UnixIdentity.Find("root").GroupId));
        Assert.Equal(0u, UnixIdentity.Find("0").UserId);
        Assert.Equal(12345u, UnixIdentity.Find("4000000", "12345").GroupId);
    }

    private static ProcessSpec Spec(UnixStartInfo unix) => new("cat") { Unix = unix };

    private static Dictionary<UnixResource, UnixResourceLimit> Limits(UnixResource resource, UnixResourceLimit limit) => new() { [resource] = limit };

    private static void AssertRefused(Func<object> make, params string[] texts)
    {
        ArgumentException error = Assert.ThrowsAny<ArgumentException>(() => make());
        Assert.All(texts, text => Assert.Contains(text, error.Message, StringComparison.Ordinal));
    }
}
