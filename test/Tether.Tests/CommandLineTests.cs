namespace Tether.Tests;

[Trait("Conformance", "tst_qprocess")]
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("prog a b", "prog", "a", "b")]
    [InlineData("  prog \t a\n", "prog", "a")]
    [InlineData("\"my prog\" \"a b\"", "my prog", "a b")]
    [InlineData("prog a\" \"b", "prog", "a b")]
    [InlineData("prog \"\"\"a\"\"\"", "prog", "\"a\"")]
    [InlineData("prog \"a \"\"\"b\"\"\" c\"", "prog", "a \"b\" c")]
    [InlineData("prog \"\"\"\"a b\"\"\"\"", "prog", "\"a b\"")]
    [InlineData("prog a\"\"b", "prog", "ab")]
    [InlineData("prog \"\" x", "prog", "", "x")]
    [InlineData("prog a\\ b \\\"c d\\\"", "prog", "a\\", "b", "\\c d\\")]
    [InlineData("prog 'a b' $X *", "prog", "'a", "b'", "$X", "*")]
    [InlineData("prog \"never closed", "prog", "never closed")]
    [InlineData("")]
    [InlineData(" \t\r\n")]
    public void StartCommand_Split_FollowsTheQuotingRules(string command, params string[] words) => Assert.Equal(words, CommandLine.Split(command));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public void StartCommandEmptyString_IsAnErrorThatSaysSo(string command) =>
        Assert.Contains("The command is empty", Assert.Throws<ArgumentException>(() => ProcessSpec.FromCommand(command)).Message, StringComparison.Ordinal);

    [Fact]
    public void FromCommand_ProgramAndArguments_AreTheSpecs()
    {
        ProcessSpec spec = ProcessSpec.FromCommand("\"/opt/my tools/prog\" -x \"a b\"") with { Name = "n" };
        Assert.Equal("/opt/my tools/prog", spec.Program);
        Assert.Equal(["-x", "a b"], spec.Arguments);
    }
}
