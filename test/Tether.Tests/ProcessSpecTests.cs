namespace Tether.Tests;

/// <summary>A specification refuses what can never be started, when it is made.</summary>
public sealed class ProcessSpecTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("Z-9._")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public void Name_OfTheForm_IsTaken(string name) => Assert.Equal(name, new ProcessSpec("program") { Name = name }.Name);

    [Theory]
    [InlineData("", "empty")]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234", "65 characters")]
    [InlineData(".hidden", "starts with '.'")]
    [InlineData("-n", "starts with '-'")]
    [InlineData("..", "starts with '.'")]
    [InlineData("a/b", "contains '/'")]
    [InlineData("a b", "contains ' '")]
    [InlineData("ä", "starts with 'ä'")]
    [InlineData("a\0", "contains '\0'")]
    [InlineData("a\n", "contains '\n'")]
    public void Name_NotOfTheForm_IsRefusedWithTheReason(string name, string reason)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new ProcessSpec("program") { Name = name });
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Program_EmptyOrNull_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new ProcessSpec(""));
        Assert.Throws<ArgumentNullException>(() => new ProcessSpec(null!));
    }

    [Fact]
    public void Arguments_Null_AreRefused()
    {
        Assert.Throws<ArgumentNullException>(() => new ProcessSpec("program", (string)null!));
        Assert.Throws<ArgumentNullException>(() => new ProcessSpec("program", (IEnumerable<string>)null!));
    }

    [Fact]
    public void Arguments_ChangedAfterwards_AreTheOnesGiven()
    {
        List<string> arguments = ["a"];
        ProcessSpec spec = new("program", arguments);
        arguments.Add("b");
        Assert.Equal(["a"], spec.Arguments);
    }

    [Theory]
    [InlineData(ProcessSpec.MinimumOutputWindow - 1)]
    [InlineData(ProcessSpec.MaximumOutputWindow + 1)]
    [InlineData(0)]
    [InlineData(-1)]
    public void OutputWindow_OutOfRange_IsRefused(long window) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessSpec("program") { OutputWindow = window });

    [Theory]
    [InlineData(ProcessSpec.MinimumOutputWindow)]
    [InlineData(ProcessSpec.MaximumOutputWindow)]
    public void OutputWindow_AtItsBounds_IsTaken(long window) => Assert.Equal(window, new ProcessSpec("program") { OutputWindow = window }.OutputWindow);

    [Fact]
    public void StopGrace_OutOfRange_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessSpec("program") { StopGrace = TimeSpan.FromTicks(-1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessSpec("program") { StopGrace = TimeSpan.FromDays(25) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessSpec("program") { StopGrace = Timeout.InfiniteTimeSpan });
    }

    [Fact]
    public void WorkingDirectory_Empty_IsRefused() => Assert.Throws<ArgumentException>(() => new ProcessSpec("program") { WorkingDirectory = "" });

    [Fact]
    public void Environment_Null_IsRefused() => Assert.Throws<ArgumentNullException>(() => new ProcessSpec("program") { Environment = null! });

    [Trait("Conformance", "tst_qprocess")]
    [Fact]
    public void Defaults_AreTheDocumentedOnes()
    {
        ProcessSpec spec = new("program");
        Assert.Null(spec.Name);
        Assert.Null(spec.WorkingDirectory);
        Assert.Empty(spec.Environment);
        Assert.True(spec.InheritEnvironment);
        Assert.Equal(ProcessLifetime.Detached, spec.Lifetime);
        Assert.Equal(ProcessSpec.DefaultOutputWindow, spec.OutputWindow);
        Assert.Equal(WindowFullPolicy.DropOldest, spec.WhenFull);
        Assert.Equal(TimeSpan.FromSeconds(10), spec.StopGrace);
    }
}
