namespace Tether.Protocol;

/// <summary>The other side broke the protocol: its connection ends, nothing else does.</summary>
internal sealed class ProtocolException(string code, string message) : Exception(message)
{
    /// <summary>The stable word for the error, as the error frame carries it.</summary>
    internal string Code { get; } = code;
}
