using System.Runtime.Versioning;

namespace Tether.Tests;

/// <summary>Names without a path, in the directory that only the user can enter.</summary>
[Collection(AloneCollection.Name)]
[SupportedOSPlatform("linux")]
public sealed class LocalServerPrivateNameTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();
    private readonly string? _home = Environment.GetEnvironmentVariable("TETHER_HOME");

    public LocalServerPrivateNameTests() => Environment.SetEnvironmentVariable("TETHER_HOME", _scratch["home"]);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("TETHER_HOME", _home);
        _scratch.Dispose();
    }

    [Fact]
    public async Task Listen_Name_IsInThePrivateDirectory()
    {
        await using LocalServer server = LocalServer.Listen("naïve name");
        await using LocalSocket client = await LocalSocket.ConnectAsync("naïve name", Bounded.Token);

        Assert.Equal(_scratch["home/.sockets/naïve name"], server.FullName);
        Assert.Equal("700", Convert.ToString((int)File.GetUnixFileMode(_scratch["home"]), 8));
        Assert.Equal("700", Convert.ToString((int)File.GetUnixFileMode(_scratch["home/.sockets"]), 8));
    }

    [Fact]
    public async Task Connect_NoHomeOrNoSuchName_IsServerNotFoundAndCreatesNothing()
    {
        foreach (string prepared in new[] { "", "home", "home/.sockets" })
        {
            if (prepared.Length > 0)
                Directory.CreateDirectory(_scratch[prepared], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

            var error = Assert.Throws<LocalSocketException>(() => LocalSocket.Connect("nobody"));
            Assert.Equal(LocalSocketError.ServerNotFound, error.Error);
            Assert.Equal($"There is no server at '{_scratch["home/.sockets/nobody"]}'. Start it first, or check the name and its LocalNamespace.", error.Message);
            Assert.Equal(LocalSocketError.ServerNotFound, (await Assert.ThrowsAsync<LocalSocketException>(() => LocalSocket.ConnectAsync("nobody").Within())).Error);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(_scratch["home/.sockets"]));
    }

    [Theory]
    [InlineData("home")]
    [InlineData("home/.sockets")]
    public void ListenAndConnect_OthersCanEnterTheDirectory_AreRefused(string open)
    {
        LocalServer.Listen("first").Dispose();
        File.SetUnixFileMode(_scratch[open], (UnixFileMode)0x1FF); // 0777

        Assert.Equal(_scratch[open], Assert.Throws<UnsafeDirectoryException>(() => LocalServer.Listen("second")).Path);
        Assert.Equal(_scratch[open], Assert.Throws<UnsafeDirectoryException>(() => LocalSocket.Connect("second")).Path);
    }

    [Fact]
    public void ListenAndConnect_DirectoryIsALink_AreRefused()
    {
        LocalServer.Listen("first").Dispose();
        Directory.Move(_scratch["home/.sockets"], _scratch["home/elsewhere"]);
        File.CreateSymbolicLink(_scratch["home/.sockets"], "elsewhere");

        Assert.Equal("it is a symbolic link", Assert.Throws<UnsafeDirectoryException>(() => LocalServer.Listen("second")).Reason);
        Assert.Equal("it is a symbolic link", Assert.Throws<UnsafeDirectoryException>(() => LocalSocket.Connect("second")).Reason);
    }
}
