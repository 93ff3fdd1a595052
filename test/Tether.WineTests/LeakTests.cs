using System.Diagnostics;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.WineTests;

/// <summary>The bug that Tether is for, as it is on Windows. It has to be seen here, or no other test of inheritance proves anything.</summary>
public sealed class LeakTests
{
    [Fact]
    public void ProcessStart_FileThatIsInheritable_StaysBusyUntilTheChildEnds()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Process child;
        using (FileStream file = new(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None | FileShare.Inheritable))
        {
            child = PlainStart.Of(new ProcessStartInfo(Child.Executable, ["wait"])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
            });
        }

        using (child)
        {
            IOException busy = Assert.ThrowsAny<IOException>(() => File.OpenRead(path).Dispose());
            Assert.Equal(32, busy.HResult & 0xFFFF); // ERROR_SHARING_VIOLATION

            child.StandardInput.Close();
            Assert.True(child.WaitForExit(30_000));
        }

        File.OpenRead(path).Dispose();
        File.Delete(path);
    }
}
