using Tether.Platform.Windows;

namespace Tether.Tests.Windows;

public sealed class BatchArgumentsTests
{
    private const string Cmd = @"C:\Windows\System32\cmd.exe";

    [Theory]
    [InlineData("a.bat", true)]
    [InlineData("a.CMD", true)]
    [InlineData("a.bat. .", true)]
    [InlineData("a.exe", false)]
    [InlineData("bat", false)]
    public void IsBatch_Name_IsWhatCreateProcessTakesItFor(string path, bool expected) =>
        Assert.Equal(expected, BatchArguments.IsBatch(path));

    [Fact]
    public void Join_ArgumentsThatCanBePassed_AreAllQuoted()
    {
        Assert.Equal(
            $"\"{Cmd}\" /d /e:on /v:off /s /c \"\"C:\\a b\\t.bat\" \"x&calc\" \"\" \"^|<>!\"\"",
            BatchArguments.Join(Cmd, @"C:\a b\t.bat", ["x&calc", "", "^|<>!"]));
    }

    [Theory]
    [InlineData("\"&calc.exe")]
    [InlineData("%PATH%")]
    [InlineData("%CMDCMDLINE:~-1%&calc.exe")]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("a\0b")]
    [InlineData("a\u001ab")]
    [InlineData("C:\\dir\\")]
    public void Join_ArgumentThatCannotBePassedExactly_IsRefused(string argument)
    {
        Assert.Contains("Argument 1", Assert.Throws<ArgumentException>(() => BatchArguments.Join(Cmd, @"C:\t.bat", [argument])).Message);
    }

    /// <summary>
    /// Between the outer quotes no argument leaves the quoting that Join put around it, so cmd.exe acts on nothing in it.
    /// </summary>
    [Fact]
    public void Join_AnyAcceptedArguments_StayInsideOfTheirQuotes()
    {
        Random random = new(24_576);
        int accepted = 0;
        for (int round = 0; round < 50_000; round++)
        {
            string[] arguments = WindowsArgumentsTests.RandomArguments(random, "abc &|<>^!()'\"%\\");
            string line;
            try
            {
                line = BatchArguments.Join(Cmd, @"C:\t.bat", arguments);
            }
            catch (ArgumentException)
            {
                Assert.Contains(arguments, a => a.Contains('"') || a.Contains('%') || a.EndsWith('\\'));
                continue;
            }

            accepted++;
            string[] parts = line[(line.IndexOf("/c \"", StringComparison.Ordinal) + 4)..^1].Split('"');
            Assert.Equal(arguments, parts.Where((_, i) => i % 2 == 1).Skip(1));
            Assert.All(parts.Where((_, i) => i % 2 == 0), between => Assert.True(between is "" or " "));
        }

        Assert.InRange(accepted, 1000, 49_000);
    }
}
