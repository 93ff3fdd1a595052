namespace Tether.WineTests;

/// <summary>
/// Has the tests go on on the pool's threads. Without it xunit starts a thread for whatever comes behind an await, which ends at the next one, and
/// Wine 8 loses the bytes of a read that a thread began just before its end (docs/platforms.md).
/// </summary>
internal sealed class PoolContext : SynchronizationContext
{
    public override void Post(SendOrPostCallback callback, object? state) =>
        ThreadPool.QueueUserWorkItem(
            _ =>
            {
                SetSynchronizationContext(this);
                callback(state);
            });

    public override SynchronizationContext CreateCopy() => this;
}
