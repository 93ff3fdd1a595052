using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tether.TestShell;

/// <summary>
/// A handle's plain bytes. A FileStream keeps a position of its own, and would write over what another process has written to the same file.
/// </summary>
internal sealed unsafe partial class RawFile(SafeFileHandle handle) : Stream
{
    private const int ERROR_HANDLE_EOF = 38;
    private const int ERROR_BROKEN_PIPE = 109;

    internal SafeFileHandle Handle { get; } = handle;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            return ReadFile(Handle, start, buffer.Length, out int read, 0) ? read
                : Marshal.GetLastPInvokeError() is ERROR_BROKEN_PIPE or ERROR_HANDLE_EOF ? 0
                : throw new IOException($"ReadFile failed: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            for (int done = 0; done < buffer.Length;)
            {
                if (!WriteFile(Handle, start + done, buffer.Length - done, out int written, 0))
                    throw new IOException($"WriteFile failed: error {Marshal.GetLastPInvokeError()}.");

                done += written;
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

    protected override void Dispose(bool disposing)
    {
        Handle.Dispose();
        base.Dispose(disposing);
    }

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool ReadFile(SafeFileHandle file, byte* buffer, int size, out int read, nint overlapped);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool WriteFile(SafeFileHandle file, byte* buffer, int size, out int written, nint overlapped);
}
