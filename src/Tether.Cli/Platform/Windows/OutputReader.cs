using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Cli.Platform.Windows;

/// <summary>Whoever reads this process's stdout.</summary>
[SupportedOSPlatform("windows")]
internal static class OutputReader
{
    /// <summary>No wait of Windows ends when a pipe's reader goes, so the pipe is asked, so often.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>A thread that looks whether the reader of stdout is gone; a file or a console never tells.</summary>
    internal static void Watch(Action onGone)
    {
        SafeFileHandle output = ConsoleApi.StandardHandle(1);
        if (output.IsInvalid || ConsoleApi.GetFileType(output) != ConsoleApi.FileTypePipe)
        {
            return;
        }

        Thread watch = new(() =>
        {
            while (HasReader(output))
            {
                Thread.Sleep(Interval);
            }

            onGone();
        })
        { IsBackground = true, Name = "stdout's reader" };
        watch.Start();
    }

    /// <summary>True also where the pipe cannot be asked: then the next write tells.</summary>
    private static unsafe bool HasReader(SafeFileHandle pipe)
    {
        nint* status = stackalloc nint[2];
        ConsoleApi.PipeLocalInformation information;
        uint size = (uint)sizeof(ConsoleApi.PipeLocalInformation);
        return ConsoleApi.NtQueryInformationFile(pipe, status, &information, size, ConsoleApi.PipeLocalInformationClass) < 0
            || information.State != ConsoleApi.PipeClosing;
    }
}
