using System.Diagnostics;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Tether.WineTests;

/// <summary>Prints what fails and counts.</summary>
internal sealed class ResultSink : LongLivedMarshalByRefObject, IMessageSink, IDisposable
{
    private readonly Lock _lock = new();
    private (string Test, long Start)? _running;

    internal ManualResetEventSlim Finished { get; } = new();

    internal int Passed { get; private set; }

    internal int Failed { get; private set; }

    internal (string Test, TimeSpan Elapsed)? RunningFor()
    {
        lock (_lock)
            return _running is var (test, start) ? (test, Stopwatch.GetElapsedTime(start)) : null;
    }

    public bool OnMessage(IMessageSinkMessage message)
    {
        lock (_lock)
        {
            switch (message)
            {
                case ITestStarting starting:
                    _running = (starting.Test.DisplayName, Stopwatch.GetTimestamp());
                    break;
                case ITestPassed:
                    Passed++;
                    break;
                case ITestFailed failed:
                    Fail(failed.Test.DisplayName, failed);
                    break;
                case ITestSkipped skipped:
                    // There are none: what cannot run here is in not-on-windows.txt.
                    Failed++;
                    Console.WriteLine($"SKIPPED {skipped.Test.DisplayName}: {skipped.Reason}");
                    break;
                case ITestFinished:
                    _running = null;
                    break;
                case IErrorMessage error:
                    Fail("xunit", error);
                    break;
                case IFailureInformation cleanup:
                    Fail("clean-up", cleanup);
                    break;
                case ITestAssemblyFinished:
                    Finished.Set();
                    break;
            }
        }

        return true;
    }

    public void Dispose() => Finished.Dispose();

    private void Fail(string name, IFailureInformation failure)
    {
        Failed++;
        Console.WriteLine($"FAILED {name}");
        for (int i = 0; i < failure.Messages.Length; i++)
            Console.WriteLine($"  {failure.ExceptionTypes[i]}: {failure.Messages[i]}\n{failure.StackTraces[i]}");
    }
}
