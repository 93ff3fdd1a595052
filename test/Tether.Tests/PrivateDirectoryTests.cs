using System.Runtime.Versioning;
using Tether.Platform.Linux;

namespace Tether.Tests;

[SupportedOSPlatform("linux")]
public sealed class PrivateDirectoryTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _scratch = Directory.CreateTempSubdirectory("tether-tests-").FullName;

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    [Fact]
    public void OpenOrCreate_MissingWithMissingParent_CreatesBothForTheOwnerOnly()
    {
        string path = Path.Combine(_scratch, "parent", "directory");

        PrivateDirectory.OpenOrCreate(path).Dispose();

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(path));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Path.Combine(_scratch, "parent")));
        PrivateDirectory.Open(path).Dispose();
    }

    [Fact]
    public void Open_Missing_ThrowsDirectoryNotFound()
    {
        string path = Path.Combine(_scratch, "missing");

        var error = Assert.Throws<DirectoryNotFoundException>(() => PrivateDirectory.Open(path));

        Assert.Equal($"The directory '{path}' does not exist.", error.Message);
    }

    [Theory]
    [InlineData(UnixFileMode.OtherWrite, "0702")]
    [InlineData(UnixFileMode.OtherExecute, "0701")]
    [InlineData(UnixFileMode.GroupRead, "0740")]
    public void OpenOrCreate_OthersMayEnter_IsRefusedAndSaysHowToMendIt(UnixFileMode added, string octal)
    {
        string path = Path.Combine(_scratch, "open");
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, OwnerOnly | added);

        var error = Assert.Throws<UnsafeDirectoryException>(() => PrivateDirectory.OpenOrCreate(path));

        Assert.Equal(path, error.Path);
        Assert.Equal($"other users can enter it (its mode is {octal})", error.Reason);
        Assert.Equal($"The directory '{path}' is not safe to use: {error.Reason}. When you trust what is in it: chmod 0700 '{path}'.", error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public void OpenOrCreate_SymbolicLink_IsRefused(string suffix)
    {
        string link = Path.Combine(_scratch, "link");
        PrivateDirectory.OpenOrCreate(Path.Combine(_scratch, "target")).Dispose();
        File.CreateSymbolicLink(link, "target");

        var error = Assert.Throws<UnsafeDirectoryException>(() => PrivateDirectory.OpenOrCreate(link + suffix));

        Assert.Equal("it is a symbolic link", error.Reason);
    }

    [Fact]
    public void OpenOrCreate_File_IsRefused()
    {
        string path = Path.Combine(_scratch, "file");
        File.WriteAllText(path, "");

        Assert.Equal("it is not a directory", Assert.Throws<UnsafeDirectoryException>(() => PrivateDirectory.OpenOrCreate(path)).Reason);
    }

    [Fact]
    public void OpenOrCreate_ParentIsWorldWritableWithoutStickyBit_IsRefusedAndCreatesNothing()
    {
        File.SetUnixFileMode(_scratch, OwnerOnly | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute);
        string path = Path.Combine(_scratch, "directory");

        var error = Assert.Throws<UnsafeDirectoryException>(() => PrivateDirectory.OpenOrCreate(path));

        Assert.Contains($"they can write to the directory that holds it, '{_scratch}', which has no sticky bit (its mode is 0703)", error.Reason);
        Assert.False(Directory.Exists(path));
    }

    [Fact]
    public void OpenOrCreate_ParentIsWorldWritableWithStickyBit_IsAccepted()
    {
        File.SetUnixFileMode(_scratch, OwnerOnly | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.StickyBit);

        PrivateDirectory.OpenOrCreate(Path.Combine(_scratch, "directory")).Dispose();
    }

    [Fact]
    [Trait("Needs", "root")]
    public void OpenOrCreate_AnotherUsersDirectory_IsRefused()
    {
        string path = Path.Combine(_scratch, "theirs");
        PrivateDirectory.OpenOrCreate(path).Dispose();
        AnotherUser.TakesOwnership(path);

        Assert.Equal($"it belongs to user {AnotherUser.Id}, not to user 0",
            Assert.Throws<UnsafeDirectoryException>(() => PrivateDirectory.OpenOrCreate(path)).Reason);
        Assert.StartsWith($"the directory that holds it, '{path}', belongs to user {AnotherUser.Id}",
            Assert.Throws<UnsafeDirectoryException>(() => PrivateDirectory.OpenOrCreate(Path.Combine(path, "mine"))).Reason);
    }
}
