namespace Tether.Tests;

/// <summary>The shared tests take the path of a file for a server's name; here that is the name of a pipe that no other test has.</summary>
internal sealed class ScratchDirectory : IDisposable
{
    private readonly string _prefix = @"\\.\pipe\tether-tests-" + Guid.NewGuid().ToString("N");

    internal string this[string name] => $"{_prefix}-{name}";

    internal string FullName => _prefix;

    internal string[] Names => throw new PlatformNotSupportedException("Pipes leave no files. Leave this test out.");

    public void Dispose()
    {
    }
}
