using Tether.Protocol;

namespace Tether.Fuzz;

/// <summary>
/// The client that must not notice anything: through the library it sends pieces to <c>cat</c>, reads all that comes back, and knows every
/// byte. Its cells are numbered as worker 0's; a keeper that takes input has those of others in between.
/// </summary>
internal sealed class Witness(KeeperUnderTest keeper) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Dictionary<int, uint> _next = [];
    private readonly OutputReadStream _output = keeper.Process.StandardOutput.OpenRead();
    private readonly byte[] _buffer = new byte[256 * 1024];
    private int _filled;
    private uint _sent;

    internal long Bytes { get; private set; }

    /// <summary>How many cells of the worker have come through the program, in order and whole.</summary>
    internal uint Received(int worker) => _next.GetValueOrDefault(worker);

    /// <summary>Sends and reads until told to stop. Each of its cells comes back within a bound of time.</summary>
    internal async Task RunAsync(CancellationToken stop)
    {
        byte[] cell = new byte[4000];
        using PeriodicTimer timer = new(Pause);
        while (!stop.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            using CancellationTokenSource bound = new(Patience);
            Cell.Write(cell, worker: 0, _sent++);
            await keeper.Process.StandardInput.WriteAsync(cell, bound.Token);
            await ReadUntilAsync(0, _sent, bound.Token);
        }
    }

    /// <summary>Reads until so many cells of the worker have come.</summary>
    internal async Task ReadUntilAsync(int worker, uint count, CancellationToken bound)
    {
        while (Received(worker) < count)
        {
            try
            {
                _filled += await _output.ReadAsync(_buffer.AsMemory(_filled), bound);
            }
            catch (OperationCanceledException)
            {
                throw new FuzzFailureException($"Cell {Received(worker)} of worker {worker} (of {count}) has not come through the program within {Patience.TotalSeconds} s.");
            }

            int taken = 0;
            while (Cell.TryRead(_buffer.AsSpan(taken, _filled - taken), out int length, out int from, out uint number))
            {
                FuzzFailureException.ThrowIf(number != Received(from), $"Cell {number} of worker {from} came; {Received(from)} was to come.");
                _next[from] = number + 1;
                taken += length;
                Bytes += length;
            }

            _buffer.AsSpan(taken, _filled - taken).CopyTo(_buffer);
            _filled -= taken;
        }
    }

    public ValueTask DisposeAsync() => _output.DisposeAsync();
}
