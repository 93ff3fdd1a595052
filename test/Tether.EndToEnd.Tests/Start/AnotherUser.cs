using System.Runtime.Versioning;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.Start;

/// <summary>
/// "nobody", whom every Linux has, with a copy of the launcher and the keeper where that user can reach them, and a directory of its own.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class AnotherUser : IDisposable
{
    private const string Id = "65534";
    private const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tether-nobody-");

    internal AnotherUser()
    {
        File.SetUnixFileMode(_directory.FullName, Everybody);
        // Where there is no C linker the tools are framework-dependent, and need what lies beside them.
        foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory)
            .Where(file => Path.GetFileName(file) is var name && (name.StartsWith("tether-", StringComparison.Ordinal)
                || name.StartsWith("Tether.dll", StringComparison.Ordinal) || name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal))))
        {
            Executables.Copy(file, Path.Combine(_directory.FullName, Path.GetFileName(file)), Everybody);
        }

        Home = _directory.CreateSubdirectory("own").FullName;
        using System.Diagnostics.Process chown = System.Diagnostics.Process.Start("chown", [$"{Id}:{Id}", Home]);
        chown.WaitForExit();
        Assert.Equal(0, chown.ExitCode);
        File.SetUnixFileMode(Home, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>A directory that is that user's alone.</summary>
    internal string Home { get; }

    internal string DirectoryOfRoot => _directory.FullName;

    internal Task<LauncherProcess> LaunchAsync(TestHome home, string[] options, params string[] command) => LauncherProcess.StartAsync(
        home,
        ["home=" + Home, .. options],
        command,
        ["setpriv", "--reuid=" + Id, "--regid=" + Id, "--clear-groups"],
        Path.Combine(_directory.FullName, "tether-test-launcher"));

    public void Dispose() => _directory.Delete(recursive: true);
}
