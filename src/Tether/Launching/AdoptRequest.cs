using System.Text;
using Tether.Protocol;

namespace Tether.Launching;

/// <summary>Which record a new keeper is to take over from one that was killed, as it travels over the private connection.</summary>
/// <param name="Home">The records' directory.</param>
/// <param name="Name">The record.</param>
internal sealed record AdoptRequest(string Home, string Name)
{
    /// <summary>The payload of an adopt frame.</summary>
    internal byte[] Encode()
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream, Encoding.UTF8);
        writer.Write(StartRequest.CurrentVersion);
        writer.Write(Home);
        writer.Write(Name);
        return stream.ToArray();
    }

    /// <exception cref="ProtocolException">The payload is of another version, or broken.</exception>
    internal static AdoptRequest Decode(byte[] payload)
    {
        using BinaryReader reader = new(new MemoryStream(payload, writable: false), Encoding.UTF8);
        try
        {
            StartRequest.CheckVersion(reader.ReadInt32());
            return new AdoptRequest(reader.ReadString(), reader.ReadString());
        }
        catch (EndOfStreamException)
        {
            throw new ProtocolException("bad-payload", $"The adopt request of {payload.Length} bytes ends too early.");
        }
    }
}
