using Xunit.Abstractions;
using Xunit.Sdk;

namespace Tether.WineTests;

/// <summary>Collects the tests that there are.</summary>
internal sealed class DiscoverySink : LongLivedMarshalByRefObject, IMessageSink, IDisposable
{
    internal List<ITestCase> Cases { get; } = [];

    internal ManualResetEventSlim Finished { get; } = new();

    public bool OnMessage(IMessageSinkMessage message)
    {
        if (message is ITestCaseDiscoveryMessage found)
            Cases.Add(found.TestCase);
        else if (message is IDiscoveryCompleteMessage)
            Finished.Set();

        return true;
    }

    public void Dispose() => Finished.Dispose();
}
