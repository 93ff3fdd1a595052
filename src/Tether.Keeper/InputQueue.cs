namespace Tether.Keeper;

/// <summary>
/// Input that clients have sent and the program has not taken. It is bounded by the clients' credit; one frame is never mixed with
/// another client's. What a client sent completely is still delivered when the client is gone, as a pipe would.
/// </summary>
internal sealed class InputQueue
{
    private readonly Queue<Entry> _entries = new();
    private int _headWritten;

    /// <summary>How many bytes wait.</summary>
    internal long Length { get; private set; }

    /// <summary>Whether the end of the input waits.</summary>
    internal bool HasEnd { get; private set; }

    internal bool IsEmpty => _entries.Count == 0;

    internal void Add(KeeperClient client, ReadOnlySpan<byte> bytes)
    {
        _entries.Enqueue(new Entry(client, bytes.ToArray(), IsEnd: false));
        Length += bytes.Length;
    }

    /// <summary>End of file, after what was added before.</summary>
    internal void AddEnd(KeeperClient client)
    {
        _entries.Enqueue(new Entry(client, [], IsEnd: true));
        HasEnd = true;
    }

    /// <summary>The next bytes to write; <paramref name="isEnd"/> when the end of the input is reached instead.</summary>
    internal ReadOnlySpan<byte> Peek(out KeeperClient client, out bool isEnd)
    {
        Entry head = _entries.Peek();
        client = head.Client;
        isEnd = head.IsEnd;
        return head.Bytes.AsSpan(_headWritten);
    }

    internal void Advance(int written)
    {
        _headWritten += written;
        Length -= written;
        if (_headWritten == _entries.Peek().Bytes.Length)
        {
            _entries.Dequeue();
            _headWritten = 0;
        }
    }

    internal void Clear()
    {
        _entries.Clear();
        HasEnd = false;
        _headWritten = 0;
        Length = 0;
    }

    private readonly record struct Entry(KeeperClient Client, byte[] Bytes, bool IsEnd);
}
