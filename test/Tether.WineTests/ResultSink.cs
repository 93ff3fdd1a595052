using System.Globalization;
using System.Text;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Tether.WineTests;

/// <summary>Writes down what becomes of each test, and prints what fails.</summary>
internal sealed class ResultSink(ResultFile results) : LongLivedMarshalByRefObject, IMessageSink, IDisposable
{
    private readonly Lock _lock = new();

    internal ManualResetEventSlim Finished { get; } = new();

    public bool OnMessage(IMessageSinkMessage message)
    {
        lock (_lock)
        {
            switch (message)
            {
                case ITestStarting starting:
                    results.WriteStarted(starting.Test.DisplayName);
                    break;
                case ITestPassed passed:
                    results.WritePassed(passed.Test.DisplayName);
                    break;
                case ITestFailed failed:
                    Fail(failed.Test.DisplayName, failed);
                    break;
                case ITestSkipped skipped:
                    // There are none: what cannot run here is in not-on-windows.txt.
                    results.WriteFailed(skipped.Test.DisplayName);
                    Console.WriteLine($"SKIPPED {skipped.Test.DisplayName}: {skipped.Reason}");
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
        results.WriteFailed(name);
        StringBuilder text = new($"FAILED {name}\n");
        for (int i = 0; i < failure.Messages.Length; i++)
            text.Append(CultureInfo.InvariantCulture, $"  {failure.ExceptionTypes[i]}: {failure.Messages[i]}\n{failure.StackTraces[i]}\n");

        // In one piece: another part may print at the same time.
        Console.Write(text.ToString());
    }
}
