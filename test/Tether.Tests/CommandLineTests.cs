using FsCheck;
using FsCheck.Fluent;

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

    [Fact]
    public void Split_OfJoin_IsIdentity()
    {
        // Mostly what quoting is about, now and then anything.
        Gen<char> character = Gen.Frequency((8, Gen.Elements('"', ' ', 'a', '\\', '\t', '\'', '\u00A0')), (1, ArbMap.Default.GeneratorFor<char>()));
        Gen<string[]> words = character.ArrayOf().Select(characters => new string(characters)).ArrayOf();
        Prop.ForAll(words.ToArbitrary(), list => CommandLine.Split(CommandLine.Join(list)).SequenceEqual(list))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    [Fact]
    public void Split_OfAnything_GivesWordsThatSurviveJoining()
    {
        Gen<string> command = Gen.Elements('"', ' ', 'a', '\\').ArrayOf().Select(characters => new string(characters));
        Prop.ForAll(command.ToArbitrary(), text => CommandLine.Split(CommandLine.Join(CommandLine.Split(text))).SequenceEqual(CommandLine.Split(text)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

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
