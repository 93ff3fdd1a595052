using System.Diagnostics;
using System.IO.Pipes;
using Tether.Platform.Windows;

namespace Tether.WineTests;

/// <summary>Leaving a job, being in one from the first instruction on, and what closing it does.</summary>
public sealed class JobTests
{
    [Theory]
    [InlineData(true, "True False")]
    [InlineData(false, "False True")]
    public void Start_OutOfAJob_LeavesItWhereThatIsAllowedAndElseSaysSo(bool allowed, string expected)
    {
        using WindowsJob job = WindowsJob.Create(allowed, killsOnClose: true);

        Assert.Equal(expected, Specification.OutputOf(Specification.Of("leave-job") with { Job = job }));
    }

    /// <summary>Out of all of them or bound: what leaves the inner one alone is still in a job.</summary>
    [Theory]
    [InlineData(true, true, "True False")]
    [InlineData(true, false, "False True")]
    [InlineData(false, true, "False True")]
    public void Start_OutOfNestedJobs_HasLeftThemOnlyWhereBothAllowIt(bool outerAllows, bool innerAllows, string expected)
    {
        using WindowsJob outer = WindowsJob.Create(outerAllows, killsOnClose: true);
        using WindowsJob inner = WindowsJob.Create(innerAllows, killsOnClose: true);
        WindowsStart start = Specification.Of("leave-job") with { Job = outer, Flags = Kernel32.CREATE_SUSPENDED | Kernel32.CREATE_NO_WINDOW };

        Assert.Equal(expected, Specification.OutputOf(start, child =>
        {
            Assert.True(Kernel32.AssignProcessToJobObject(inner.Handle, child.Handle));
            child.Resume();
        }));
    }

    [Fact]
    public void Start_OutOfNoJob_HasLeftIt() => Assert.Equal("True False", Specification.OutputOf(Specification.Of("leave-job")));

    [Fact]
    public void Start_SuspendedInAJob_IsInItBeforeItRuns()
    {
        using WindowsJob job = WindowsJob.Create(allowsBreakaway: false, killsOnClose: true);
        using WindowsProcess child = WindowsProcess.Start(
            Specification.Of("exit", "7") with { Job = job, Flags = Kernel32.CREATE_SUSPENDED | Kernel32.CREATE_NO_WINDOW });
        Assert.True(child.IsInJob());

        job.Terminate(5);

        Assert.Equal(5u, child.WaitForExit(Specification.Limit));
    }

    [Fact]
    public void Dispose_JobThatKillsOnClose_EndsWhatIsInIt()
    {
        WindowsJob job = WindowsJob.Create(allowsBreakaway: false, killsOnClose: true);
        using WindowsProcess child = WindowsProcess.Start(Specification.Of("sleep") with { Job = job });

        job.Dispose();

        Assert.NotNull(child.WaitForExit(Specification.Limit));
    }

    [Fact]
    public void Terminate_HolderOfAJobThatKillsOnClose_EndsWhatIsInIt()
    {
        using AnonymousPipeServerStream output = new(PipeDirection.In);
        using WindowsProcess holder = WindowsProcess.Start(Specification.Of("hold-job") with { Output = output.ClientSafePipeHandle });
        output.DisposeLocalCopyOfClientHandle();
        using StreamReader reader = new(output);
        using Process held = Process.GetProcessById(int.Parse(reader.ReadLine()!));

        holder.Terminate(1);

        Assert.True(held.WaitForExit(Specification.Limit));
    }
}
