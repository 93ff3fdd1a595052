using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests;

/// <summary>
/// A records' directory of its own, and a bound on every wait. At its end every program that a test left is killed, every keeper has ended
/// and the directory is removed: a test that leaves something behind fails by that.
/// </summary>
public sealed class TestHome : IAsyncDisposable
{
    private readonly CancellationTokenSource _bound;

    public TestHome(int seconds = 60, string? keeper = null)
    {
        Path = Directory.CreateTempSubdirectory("tether-test-").FullName;
        Options = new TetherOptions { HomeDirectory = Path, KeeperPath = keeper };
        _bound = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
    }

    public string Path { get; }

    public TetherOptions Options { get; }

    /// <summary>Ends whatever waits too long.</summary>
    public CancellationToken Bound => _bound.Token;

    public Task<TetheredProcess> StartAsync(string program, params string[] arguments) => StartAsync(new ProcessSpec(program, arguments));

    public Task<TetheredProcess> StartAsync(ProcessSpec spec) => TetheredProcess.StartAsync(spec, Options, Bound);

    public Task<TetheredProcess> AttachAsync(string name) => TetheredProcess.AttachAsync(name, Options, Bound);

    public ProcessRecord Record(string name) => TetheredProcess.GetRecord(name, Options);

    public async Task<List<ProcessRecord>> ListAsync()
    {
        List<ProcessRecord> records = [];
        await foreach (ProcessRecord record in TetheredProcess.ListAsync(Options, Bound))
        {
            records.Add(record);
        }

        return records;
    }

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource bound = new(TimeSpan.FromSeconds(30));
        await foreach (ProcessRecord record in TetheredProcess.ListAsync(Options, bound.Token))
        {
            if (record.State != ProcessState.Lost)
            {
                await using TetheredProcess process = await TetheredProcess.AttachAsync(record.Name, Options, bound.Token);
                await process.KillAsync(bound.Token);
            }

            try
            {
                await TestSystem.Current.KeeperIsGoneAsync(record.KeeperProcessId, record.StartTime ?? DateTimeOffset.UtcNow, bound.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"The keeper {record.KeeperProcessId} of '{record.Name}' has not ended after its program was killed.");
            }
        }

        Directory.Delete(Path, recursive: true);
        _bound.Dispose();
    }
}
