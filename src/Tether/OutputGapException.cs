namespace Tether;

/// <summary>
/// Bytes of a stream fell out of its window before they were read. It is thrown once; the next read goes on at <see cref="AvailableOffset"/>.
/// </summary>
public sealed class OutputGapException : IOException
{
    internal OutputGapException(OutputStream stream, long requestedOffset, long availableOffset)
        : base($"{availableOffset - requestedOffset} bytes of {stream} from offset {requestedOffset} are gone: the window starts at {availableOffset} now. Read on from there; a larger window, or the policy Block or Spill, keeps more.")
    {
        Stream = stream;
        RequestedOffset = requestedOffset;
        AvailableOffset = availableOffset;
    }

    /// <summary>The stream.</summary>
    public OutputStream Stream { get; }

    /// <summary>The offset that was to be read.</summary>
    public long RequestedOffset { get; }

    /// <summary>The oldest offset that can still be read.</summary>
    public long AvailableOffset { get; }

    /// <summary>Exactly how many bytes were missed.</summary>
    public long MissedBytes => AvailableOffset - RequestedOffset;
}
