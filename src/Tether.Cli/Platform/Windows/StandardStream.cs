using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Cli.Platform.Windows;

/// <summary>A standard stream: what <see cref="HandleStream"/> and <see cref="ConsoleStream"/> have in common.</summary>
[SupportedOSPlatform("windows")]
internal abstract class StandardStream(int number) : Stream
{
    protected SafeFileHandle Handle { get; } = ConsoleApi.StandardHandle(number);

    protected string Name { get; } = number switch { 0 => "standard input", 1 => "standard output", _ => "standard error" };

    public override bool CanRead => number == 0;

    public override bool CanSeek => false;

    public override bool CanWrite => number != 0;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public abstract override int Read(Span<byte> buffer);

    public abstract override void Write(ReadOnlySpan<byte> buffer);
}
