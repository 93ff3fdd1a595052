using System.Text;
using Tether.EndToEnd.Tests.Keep;

namespace Tether.EndToEnd.Tests.Start;

/// <summary>The blocking forms: waitForStarted, waitForReadyRead, waitForBytesWritten and waitForFinished of QProcess.</summary>
[Trait("Conformance", "tst_qprocess")]
public sealed class BlockingTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task WaitForFinishedWithTimeout_ProgramThatRuns_IsFalseAndItRunsOn()
    {
        await using TestHome home = new();
        using TetheredProcess process = TetheredProcess.Start(new ProcessSpec("cat"), home.Options);
        Assert.False(process.TryWaitForExit(TimeSpan.Zero, out ProcessExitStatus? exit));
        Assert.False(process.TryWaitForExit(TimeSpan.FromMilliseconds(1), out exit));
        Assert.Null(exit);
        Assert.Equal(ProcessState.Running, process.State);
        process.StandardInput.Complete();
        Assert.True(process.TryWaitForExit(Long, out exit));
        Assert.Equal(0, exit.ExitCode);
        Assert.Equal(exit, process.WaitForExit());
    }

    [Fact]
    public async Task WaitForReadyRead_Output_IsTrueOnceAndFalseAtTheEnd()
    {
        await using TestHome home = new();
        using TetheredProcess process = TetheredProcess.Start(new ProcessSpec("cat"), home.Options);
        Assert.False(process.StandardOutput.WaitForOutput(0, TimeSpan.FromMilliseconds(1)));
        process.StandardInput.Write("hello"u8);
        Assert.True(process.StandardInput.Flush(Long));
        Assert.True(process.StandardOutput.WaitForOutput(0, Long));
        Assert.True(process.StandardOutput.WaitForOutput(4, Long));
        Assert.False(process.StandardOutput.WaitForOutput(5, TimeSpan.FromMilliseconds(1)));
        process.StandardInput.Complete();
        Assert.False(process.StandardOutput.WaitForOutput(5, Long));
        Assert.False(process.StandardOutput.Status.IsOpen);
    }

    [Fact]
    public async Task WaitForBytesWritten_ProgramThatDoesNotRead_IsFalseAndNothingIsLost()
    {
        await using TestHome home = new();
        // It reads its input only when it is told to, and a pipe holds less than this.
        string go = await Waits.MakeFifoAsync(home, ".go");
        using TetheredProcess process = TetheredProcess.Start(new ProcessSpec("sh", "-c", "echo ready; read go < \"$0\"; exec wc -c", go), home.Options);
        Assert.True(process.StandardOutput.WaitForOutput(0, Long));
        process.StandardInput.Write(new byte[200_000]);
        Assert.False(process.StandardInput.Flush(TimeSpan.FromMilliseconds(1)));
        await File.WriteAllTextAsync(go, "go\n", home.Bound);
        Assert.True(process.StandardInput.Flush(Long));
        process.StandardInput.Complete();
        Assert.True(process.StandardOutput.WaitForOutput("ready\n200000".Length, Long));
        Assert.Equal(200_000, process.StandardInput.Position);
    }

    [Fact]
    public async Task BlockingForms_UnderASynchronizationContextThatNeverRuns_DoNotDeadlock()
    {
        await using TestHome home = new();
        Exception? failure = null;
        DeafContext context = new();
        Thread thread = new(() =>
        {
            SynchronizationContext.SetSynchronizationContext(context);
            try
            {
                using TetheredProcess process = TetheredProcess.Start(new ProcessSpec("cat") { Name = "ui" }, home.Options);
                using TetheredProcess again = TetheredProcess.Attach("ui", home.Options);
                again.StandardInput.Write(Encoding.UTF8.GetBytes("x"), 0, 1);
                again.StandardInput.Flush();
                Assert.True(process.StandardOutput.WaitForOutput(0, Long));
                Assert.False(process.TryWaitForExit(TimeSpan.FromMilliseconds(1), out _));
                again.StandardInput.Complete();
                Assert.Equal(0, process.WaitForExit().ExitCode);
            }
#pragma warning disable CA1031 // It is thrown again on the test's thread.
            catch (Exception error)
#pragma warning restore CA1031
            {
                failure = error;
            }
        });
        thread.Start();
        Assert.True(thread.Join(Long), "A blocking call waits for the thread that it blocks.");
        Assert.Null(failure);
        Assert.Equal(0, context.Posts);
    }

    [Fact]
    public async Task TryWaitForExit_ImpossibleTime_IsRefused()
    {
        await using TestHome home = new();
        using TetheredProcess process = TetheredProcess.Start(new ProcessSpec("true"), home.Options);
        Assert.Throws<ArgumentOutOfRangeException>(() => process.TryWaitForExit(TimeSpan.FromSeconds(-5), out _));
        Assert.True(process.TryWaitForExit(Timeout.InfiniteTimeSpan, out _));
    }

    /// <summary>A user interface's context while its thread is blocked: what is posted to it never runs.</summary>
    private sealed class DeafContext : SynchronizationContext
    {
        private int _posts;

        internal int Posts => _posts;

        public override void Post(SendOrPostCallback d, object? state) => Interlocked.Increment(ref _posts);
    }
}
