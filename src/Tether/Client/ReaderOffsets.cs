namespace Tether.Client;

/// <summary>
/// How far the readers of one stream on one connection are (policy "block"). The keeper counts a connection once, by its slowest
/// reader, and not at all when it has none.
/// </summary>
internal sealed class ReaderOffsets
{
    /// <summary>What the keeper is told when there is no reader any more.</summary>
    internal const long NoReader = -1;

    private readonly Lock _lock = new();
    private readonly Dictionary<OutputReadStream, long> _offsets = [];
    private long _told = NoReader;

    /// <summary>The reader is at the offset; before its first read too, so that what it has not read is kept for it.</summary>
    internal void Add(OutputReadStream reader, long offset)
    {
        lock (_lock)
        {
            _offsets.Add(reader, offset);
        }
    }

    /// <summary>A reader that was disposed while it read stays removed.</summary>
    internal void Move(OutputReadStream reader, long offset)
    {
        lock (_lock)
        {
            if (_offsets.ContainsKey(reader))
            {
                _offsets[reader] = offset;
            }
        }
    }

    internal void Remove(OutputReadStream reader)
    {
        lock (_lock)
        {
            _offsets.Remove(reader);
        }
    }

    /// <summary>Whether the keeper has to be told something.</summary>
    internal bool IsNews
    {
        get
        {
            lock (_lock)
            {
                return Slowest != _told;
            }
        }
    }

    private long Slowest => _offsets.Count == 0 ? NoReader : _offsets.Values.Min();

    /// <summary>What the keeper has to be told now. False when it knows. To be sent before it is asked for again, so that no older number comes later.</summary>
    internal bool TryTake(out long offset)
    {
        lock (_lock)
        {
            offset = Slowest;
            bool isNews = offset != _told;
            _told = offset;
            return isNews;
        }
    }
}
