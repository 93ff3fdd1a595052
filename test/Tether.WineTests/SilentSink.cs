using Xunit.Abstractions;
using Xunit.Sdk;

namespace Tether.WineTests;

/// <summary>For xunit's diagnostics, which nobody reads.</summary>
internal sealed class SilentSink : LongLivedMarshalByRefObject, IMessageSink
{
    public bool OnMessage(IMessageSinkMessage message) => true;
}
