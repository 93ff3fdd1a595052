using Tether.Platform.Windows;

namespace Tether.Tests.Windows;

/// <summary>Pure text, so it is tested on every system. A round trip through Windows' own parsers is in the Windows tests.</summary>
public sealed class WindowsArgumentsTests
{
    /// <summary>The characters that any rule is about, and some that none is.</summary>
    internal const string Alphabet = "\\\\\\\"\"\"  \t\nab%^&|<>!'é";

    [Theory]
    [InlineData("", "\"\"")]
    [InlineData("plain", "plain")]
    [InlineData("two words", "\"two words\"")]
    [InlineData(@"C:\dir\", @"C:\dir\")]
    [InlineData(@"C:\my dir\", @"""C:\my dir\\""")]
    [InlineData("say \"hi\"", @"""say \""hi\""""")]
    [InlineData(@"a\""b", @"""a\\\""b""")]
    [InlineData(@"\\server\share", @"\\server\share")]
    public void Join_OneArgument_IsQuotedOnlyWhereItHasToBe(string argument, string quoted)
    {
        Assert.Equal($"\"p.exe\" {quoted}", WindowsArguments.Join("p.exe", [argument]));
    }

    /// <summary>The examples of Microsoft's "Parsing C command-line arguments".</summary>
    [Theory]
    [InlineData(@"""a b c"" d e", "a b c|d|e")]
    [InlineData(@"""ab\""c"" ""\\"" d", @"ab""c|\|d")]
    [InlineData(@"a\\\b d""e f""g h", @"a\\\b|de fg|h")]
    [InlineData(@"a\\\""b c d", @"a\""b|c|d")]
    [InlineData(@"a\\\\""b c"" d e", @"a\\b c|d|e")]
    [InlineData(@"a""b"""" c d", @"ab"" c d")]
    public void Split_DocumentedExamples_AreReadAsDocumented(string line, string expected)
    {
        Assert.Equal(expected.Split('|'), WindowsArguments.Split("p.exe " + line));
    }

    [Fact]
    public void Split_WhatJoinMade_GivesTheArgumentsBack()
    {
        Random random = new(20_240_408);
        for (int round = 0; round < 100_000; round++)
        {
            string[] arguments = RandomArguments(random, Alphabet);
            string line = WindowsArguments.Join(@"C:\Program Files\a b.exe", arguments);
            Assert.True(arguments.SequenceEqual(WindowsArguments.Split(line)), line);
        }
    }

    [Fact]
    public void Join_WhatCannotBePassed_SaysWhichArgumentAndWhy()
    {
        Assert.Contains("Argument 2", Assert.Throws<ArgumentException>(() => WindowsArguments.Join("p", ["a", "b\0c"])).Message);
        Assert.Throws<ArgumentException>(() => WindowsArguments.Join("p\"q", []));
        string longest = new('x', WindowsArguments.Longest - 1 - "\"p\" ".Length);
        Assert.Equal(WindowsArguments.Longest - 1, WindowsArguments.Join("p", [longest]).Length);
        Assert.Contains("32766", Assert.Throws<CommandLineTooLongException>(() => WindowsArguments.Join("p", [longest + "x"])).Message);
    }

    internal static string[] RandomArguments(Random random, string alphabet) =>
        [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => new string(random.GetItems(alphabet.ToCharArray(), random.Next(0, 9))))];
}
