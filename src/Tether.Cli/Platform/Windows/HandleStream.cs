using System.Runtime.Versioning;
using Tether.Platform.Windows;

namespace Tether.Cli.Platform.Windows;

/// <summary>
/// A standard stream that is a pipe, a file or a device, as its plain bytes. <see cref="Console"/>'s own streams swallow a broken pipe, so
/// that a copy to a reader that is gone would go on for ever.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class HandleStream(int number) : StandardStream(number)
{
    public override unsafe int Read(Span<byte> buffer)
    {
        // A process that was started without this stream: it has ended, as /dev/null has.
        if (Handle.IsInvalid || buffer.IsEmpty)
        {
            return 0;
        }

        fixed (byte* start = buffer)
        {
            while (true)
            {
                if (!ConsoleApi.ReadFile(Handle, start, buffer.Length, out int read, 0))
                {
                    int error = WindowsError.Last();
                    return error is WindowsError.BrokenPipe or WindowsError.HandleEof ? 0 : throw Failed("Reading", error);
                }

                // A writer that writes nothing into a pipe wakes its reader with nothing, which is not the end.
                if (read > 0 || ConsoleApi.GetFileType(Handle) != ConsoleApi.FileTypePipe)
                {
                    return read;
                }
            }
        }
    }

    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        if (Handle.IsInvalid)
        {
            throw new IOException($"Writing {Name} failed: this process was started without one.");
        }

        fixed (byte* start = buffer)
        {
            for (int done = 0; done < buffer.Length;)
            {
                if (!ConsoleApi.WriteFile(Handle, start + done, buffer.Length - done, out int written, 0))
                {
                    throw Failed("Writing", WindowsError.Last());
                }

                done += written;
                if (written == 0)
                {
                    // A full pipe of the kind that never waits (PIPE_NOWAIT) takes nothing, and tells nobody when it will.
                    Thread.Sleep(1);
                }
            }
        }
    }

    private IOException Failed(string operation, int error) =>
        error is WindowsError.BrokenPipe or WindowsError.NoData or WindowsError.PipeNotConnected
            ? new BrokenPipeException(Name)
            : new IOException($"{operation} {Name} failed: {WindowsError.Text(error).TrimEnd('.')} (error {error}).", error);
}
