namespace Tether;

/// <summary>A piece of a program's output in the order in which its keeper saw it.</summary>
/// <param name="Stream">The stream that it came from.</param>
/// <param name="Offset">The stream's offset of its first byte.</param>
/// <param name="Time">When it was seen, UTC, to about a millisecond; null when that is no longer known.</param>
/// <param name="Data">The bytes; empty for a gap.</param>
/// <param name="MissedBytes">When positive, this is a gap: so many bytes from <paramref name="Offset"/> fell out of the window before they were read.</param>
public readonly record struct OutputChunk(OutputStream Stream, long Offset, DateTimeOffset? Time, ReadOnlyMemory<byte> Data, long MissedBytes = 0);
