using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Tether.Platform.Windows;

namespace Tether.Tests.Windows;

/// <summary>
/// An environment's text, which Windows wants sorted and which nothing checks: a program only does not find its variables.
/// </summary>
public sealed class EnvironmentTextTests
{
    [Fact]
    public void Block_AnyVariables_AreSortedWithoutRegardToCaseAndEnded()
    {
        Dictionary<string, string> variables =
            new() { ["b"] = "2", ["A"] = "1", ["_"] = "", ["C"] = "x=y", ["=C:"] = @"C:\a", ["ä"] = "漢" };

        Assert.Equal("=C:=C:\\a\0A=1\0b=2\0C=x=y\0_=\0ä=漢\0", Block(variables));
        Assert.Equal("\0", Block([]));
        Assert.Null(EnvironmentText.Block(null, [], []));
    }

    [Fact]
    public void Block_NamesThatAreNoneOrThereTwice_AreRefused()
    {
        AssertRefused("''", new() { [""] = "" });
        AssertRefused("'A=B'", new() { ["A=B"] = "" });
        AssertRefused(@"'A\0'", new() { ["A\0"] = "" });
        AssertRefused("'A'", new() { ["A"] = "\0" });
        AssertRefused("twice", new() { ["Path"] = "", ["PATH"] = "" });
    }

    [Fact]
    public void Block_VariablesForHandles_HoldTheirValues()
    {
        using SafeFileHandle handle = new(0x1f4, ownsHandle: false);

        Assert.Equal("A=1\0LOG=500\0", EnvironmentText.Block(new Dictionary<string, string> { ["A"] = "1" }, ["LOG"], [handle]));
    }

    private static string? Block(Dictionary<string, string> variables) => EnvironmentText.Block(variables, [], (SafeHandle[])[]);

    private static void AssertRefused(string text, Dictionary<string, string> variables) =>
        Assert.Contains(text, Assert.Throws<ArgumentException>(() => Block(variables)).Message, StringComparison.Ordinal);
}
