using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Platform.Linux;

namespace Tether.Cli.Platform.Linux;

/// <summary>
/// A standard stream as its descriptor's plain bytes. <see cref="Console"/>'s own streams swallow a broken pipe, so that a copy to a reader
/// that is gone would go on for ever, and read a terminal through an editor and a decoder.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class DescriptorStream(int descriptor) : Stream
{
    private readonly SafeFileHandle _descriptor = new(descriptor, ownsHandle: false);
    private readonly string _name = descriptor switch { 0 => "standard input", 1 => "standard output", _ => "standard error" };

    public override bool CanRead => descriptor == 0;

    public override bool CanSeek => false;

    public override bool CanWrite => descriptor != 0;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override unsafe int Read(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint read = Libc.Read(_descriptor, start, buffer.Length);
                if (read >= 0)
                {
                    return (int)read;
                }

                WaitOrThrow(Errno.Last(), Polling.Readable, "Reading");
            }
        }
    }

    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            int done = 0;
            while (done < buffer.Length)
            {
                nint written = Libc.Write(_descriptor, start + done, buffer.Length - done);
                if (written < 0)
                {
                    WaitOrThrow(Errno.Last(), Polling.Writable, "Writing");
                    continue;
                }

                done += (int)written;
            }
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Returns when the call can be made again. The descriptor may be non-blocking, as another process that shares it has made it so.</summary>
    private void WaitOrThrow(int errno, short readiness, string operation)
    {
        switch (errno)
        {
            case Errno.EINTR:
                break;
            case Errno.EAGAIN:
                Polling.Wait(descriptor, readiness);
                break;
            case Errno.EPIPE:
                throw new BrokenPipeException(_name);
            default:
                throw new IOException($"{operation} {_name} failed: {Errno.Text(errno)} (errno {errno}).", errno);
        }
    }
}
