using Tether.Platform.Windows;

namespace Tether.Tests.Windows;

public sealed class PipeNameTests
{
    [Theory]
    [InlineData("camera", @"\\.\pipe\camera")]
    [InlineData(@"\\.\pipe\camera", @"\\.\pipe\camera")]
    [InlineData("Kamera größer", @"\\.\pipe\Kamera größer")]
    public void Of_Name_IsQLocalServers(string name, string expected) => Assert.Equal(expected, PipeName.Of(name));

    [Theory]
    [InlineData("", LocalSocketError.NameInvalid)]
    [InlineData(@"\\.\pipe\", LocalSocketError.NameInvalid)]
    [InlineData(@"a\b", LocalSocketError.NameInvalid)]
    [InlineData("a/b", LocalSocketError.NameInvalid)]
    [InlineData("a\0b", LocalSocketError.NameInvalid)]
    [InlineData("a.", LocalSocketError.NameInvalid)]
    public void Of_NameThatWouldBeAnother_IsRefused(string name, LocalSocketError error) =>
        Assert.Equal(error, Assert.Throws<LocalSocketException>(() => PipeName.Of(name)).Error);

    [Fact]
    public void Of_LongestName_IsTakenAndALongerOneIsNot()
    {
        Assert.Equal(256, PipeName.Of(new string('n', 247)).Length);
        Assert.Equal(LocalSocketError.NameTooLong, Assert.Throws<LocalSocketException>(() => PipeName.Of(new string('n', 248))).Error);
    }
}
