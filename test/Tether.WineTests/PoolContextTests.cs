namespace Tether.WineTests;

public sealed class PoolContextTests
{
    [Fact]
    public async Task Await_InATest_GoesOnOnAThreadThatStays()
    {
        for (int i = 0; i < 3; i++)
        {
            await Task.Yield();
            Assert.True(Thread.CurrentThread.IsThreadPoolThread);
        }
    }
}
