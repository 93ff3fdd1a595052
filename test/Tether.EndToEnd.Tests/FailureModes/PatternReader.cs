using Tether.EndToEnd.Tests.Keep;

namespace Tether.EndToEnd.Tests.FailureModes;

/// <summary>Reads a stream that has the pattern, over any number of keepers that are killed, and checks each byte.</summary>
internal sealed class PatternReader(TestHome home, string name, ulong seed) : IAsyncDisposable
{
    private readonly byte[] _buffer = new byte[256 * 1024];
    private readonly byte[] _expected = new byte[256 * 1024];
    private TetheredProcess? _process;

    /// <summary>How far it has read and found every byte right.</summary>
    internal long Offset { get; private set; }

    /// <summary>Runs after each piece that was read.</summary>
    internal Action<TetheredProcess>? AfterPiece { get; init; }

    /// <summary>Reads up to the offset, or to the end of the stream when that comes first.</summary>
    internal async Task<TetheredProcess> ReadToAsync(long end)
    {
        while (true)
        {
            _process ??= await home.AttachAsync(name);
            try
            {
                await using OutputReadStream output = _process.StandardOutput.OpenRead(Offset);
                while (Offset < end)
                {
                    int read = await output.ReadAsync(_buffer.AsMemory(0, (int)Math.Min(_buffer.Length, end - Offset)), home.Bound);
                    if (read == 0)
                    {
                        return _process;
                    }

                    BytePattern.Fill(_expected.AsSpan(0, read), Offset, seed);
                    int same = _expected.AsSpan(0, read).CommonPrefixLength(_buffer.AsSpan(0, read));
                    Assert.True(same == read, $"The byte at offset {Offset + same} is not the program's, in a piece of {read} from {Offset} on.");
                    Offset += read;
                    AfterPiece?.Invoke(_process);
                }

                return _process;
            }
            catch (KeeperLostException)
            {
                await _process.DisposeAsync();
                _process = null;
            }
        }
    }

    public ValueTask DisposeAsync() => _process?.DisposeAsync() ?? default;
}
