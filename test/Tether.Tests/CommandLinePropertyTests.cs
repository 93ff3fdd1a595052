using FsCheck;
using FsCheck.Fluent;

namespace Tether.Tests;

/// <summary>Properties of the quoting, over random words and commands.</summary>
[Trait("Conformance", "tst_qprocess")]
public sealed class CommandLinePropertyTests
{
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
}
