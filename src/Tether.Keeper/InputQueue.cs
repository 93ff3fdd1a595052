using Tether.Protocol;

namespace Tether.Keeper;

/// <summary>
/// Input that clients have sent and the program has not taken. It is bounded by the clients' credit; one frame is never mixed with
/// another client's. What a client sent completely is still delivered when the client is gone, as a pipe would.
/// </summary>
internal sealed class InputQueue
{
    /// <summary>Entries of this size and above get a place that was another one's before: a new one costs more than the copy into it.</summary>
    private const int LargeEntry = Frame.MaximumPayload / 4;

    /// <summary>As many as the credit of one client fills.</summary>
    private const int MaximumPlaces = Frame.InputCredit / Frame.MaximumPayload;

    private readonly Queue<Entry> _entries = new();
    private readonly Stack<byte[]> _places = new();
    private int _headWritten;

    /// <summary>How many bytes wait.</summary>
    internal long Length { get; private set; }

    /// <summary>Whether the end of the input waits.</summary>
    internal bool HasEnd { get; private set; }

    internal bool IsEmpty => _entries.Count == 0;

    internal void Add(KeeperClient client, ReadOnlySpan<byte> bytes)
    {
        byte[] place = bytes.Length < LargeEntry ? new byte[bytes.Length]
            : _places.TryPop(out byte[]? used) ? used
            : new byte[Frame.MaximumPayload];
        bytes.CopyTo(place);
        _entries.Enqueue(new Entry(client, place, bytes.Length, IsEnd: false));
        Length += bytes.Length;
    }

    /// <summary>End of file, after what was added before.</summary>
    internal void AddEnd(KeeperClient client)
    {
        _entries.Enqueue(new Entry(client, [], 0, IsEnd: true));
        HasEnd = true;
    }

    /// <summary>The next bytes to write; <paramref name="isEnd"/> when the end of the input is reached instead.</summary>
    internal ReadOnlySpan<byte> Peek(out KeeperClient client, out bool isEnd)
    {
        Entry head = _entries.Peek();
        client = head.Client;
        isEnd = head.IsEnd;
        return head.Bytes.AsSpan(_headWritten, head.Length - _headWritten);
    }

    internal void Advance(int written)
    {
        _headWritten += written;
        Length -= written;
        Entry head = _entries.Peek();
        if (_headWritten == head.Length)
        {
            if (head.Length >= LargeEntry && _places.Count < MaximumPlaces)
            {
                _places.Push(head.Bytes);
            }

            _entries.Dequeue();
            _headWritten = 0;
        }
    }

    internal void Clear()
    {
        _entries.Clear();
        _places.Clear();
        HasEnd = false;
        _headWritten = 0;
        Length = 0;
    }

    /// <summary>Lets go of what is kept for the next large entries.</summary>
    internal void ReturnMemory() => _places.Clear();

    private readonly record struct Entry(KeeperClient Client, byte[] Bytes, int Length, bool IsEnd);
}
