using System.Diagnostics;

namespace Tether.EndToEnd.Tests.Start;

/// <summary>A directory for names that .NET cannot say: rm(1) takes it away at the end.</summary>
internal sealed class RawDirectory : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("tether-bytes-").FullName;

    public void Dispose()
    {
        using Process remove = Process.Start("rm", ["-r", Path]);
        remove.WaitForExit();
        Assert.Equal(0, remove.ExitCode);
    }
}
