using System.Text;
using Tether.Protocol;

namespace Tether.Launching;

/// <summary>
/// What a keeper is to start, as it travels over the private connection that only that keeper holds: never in its arguments or
/// environment, which others can read. Strings are counted bytes, since a Unix string need not be text; on Windows they are UTF-16.
/// </summary>
internal sealed record StartRequest
{
    /// <summary>Launcher and keeper come in one package; this tells when they do not.</summary>
    internal const int CurrentVersion = 2;

    /// <summary>The records' directory, which the keeper makes when it is missing, and checks.</summary>
    internal required string Home { get; init; }

    internal required string Name { get; init; }

    /// <summary>The absolute path of the file to execute.</summary>
    internal required byte[] Program { get; init; }

    /// <summary>The arguments with <c>argv[0]</c>.</summary>
    internal required IReadOnlyList<byte[]> Arguments { get; init; }

    /// <summary>The environment, each "NAME=value".</summary>
    internal required IReadOnlyList<byte[]> Environment { get; init; }

    internal required byte[] WorkingDirectory { get; init; }

    internal required ProcessLifetime Lifetime { get; init; }

    internal required long OutputWindow { get; init; }

    internal required WindowFullPolicy WhenFull { get; init; }

    internal required long StopGraceMilliseconds { get; init; }

    /// <summary>The launcher's soft limit on descriptors: a runtime raises its own at start, which the program must not get.</summary>
    internal required ulong DescriptorLimit { get; init; }

    /// <summary>Tells this start from any other of the same name.</summary>
    internal required string StartId { get; init; }

    internal StreamPlan Streams { get; init; } = StreamPlan.Default;

    /// <summary>What the plain way of starting a program cannot give it; null for none.</summary>
    internal UnixStart? Unix { get; init; }

    /// <summary>What only programs on Windows have; null for none, and elsewhere.</summary>
    internal WindowsStartRequest? Windows { get; init; }

    /// <summary>The payload of a start frame.</summary>
    internal byte[] Encode()
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream, Encoding.UTF8);
        writer.Write(CurrentVersion);
        writer.Write(Home);
        writer.Write(Name);
        WriteBytes(writer, Program);
        WriteList(writer, Arguments);
        WriteList(writer, Environment);
        WriteBytes(writer, WorkingDirectory);
        writer.Write((byte)Lifetime);
        writer.Write(OutputWindow);
        writer.Write((byte)WhenFull);
        writer.Write(StopGraceMilliseconds);
        writer.Write(DescriptorLimit);
        writer.Write(StartId);
        Streams.Write(writer);
        UnixStart.Write(writer, Unix);
        Windows?.Write(writer);
        return stream.ToArray();
    }

    /// <exception cref="ProtocolException">The payload is of another version, or broken.</exception>
    internal static StartRequest Decode(byte[] payload)
    {
        using BinaryReader reader = new(new MemoryStream(payload, writable: false), Encoding.UTF8);
        try
        {
            CheckVersion(reader.ReadInt32());
            return new StartRequest
            {
                Home = reader.ReadString(),
                Name = reader.ReadString(),
                Program = ReadBytes(reader),
                Arguments = ReadList(reader),
                Environment = ReadList(reader),
                WorkingDirectory = ReadBytes(reader),
                Lifetime = (ProcessLifetime)reader.ReadByte(),
                OutputWindow = reader.ReadInt64(),
                WhenFull = (WindowFullPolicy)reader.ReadByte(),
                StopGraceMilliseconds = reader.ReadInt64(),
                DescriptorLimit = reader.ReadUInt64(),
                StartId = reader.ReadString(),
                Streams = StreamPlan.Read(reader),
                Unix = UnixStart.Read(reader),
                Windows = reader.BaseStream.Position < payload.Length ? WindowsStartRequest.Read(reader) : null,
            };
        }
        catch (EndOfStreamException)
        {
            throw new ProtocolException("bad-payload", $"The start request of {payload.Length} bytes ends too early.");
        }
    }

    /// <exception cref="ProtocolException">It is another one.</exception>
    internal static void CheckVersion(int version)
    {
        if (version != CurrentVersion)
        {
            throw new ProtocolException("version", $"The launcher's request has version {version}, this keeper's is {CurrentVersion}: library and keeper are not from one package.");
        }
    }

    internal static void WriteBytes(BinaryWriter writer, byte[] bytes)
    {
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }

    private static void WriteList(BinaryWriter writer, IReadOnlyList<byte[]> list)
    {
        writer.Write(list.Count);
        foreach (byte[] bytes in list)
        {
            WriteBytes(writer, bytes);
        }
    }

    internal static byte[] ReadBytes(BinaryReader reader)
    {
        byte[] bytes = reader.ReadBytes(Bounded(reader, reader.ReadInt32(), 1));
        return bytes;
    }

    private static byte[][] ReadList(BinaryReader reader)
    {
        byte[][] list = new byte[Bounded(reader, reader.ReadInt32(), sizeof(int))][];
        for (int i = 0; i < list.Length; i++)
        {
            list[i] = ReadBytes(reader);
        }

        return list;
    }

    /// <summary>A count is believed only as far as the payload can hold what it counts.</summary>
    internal static int Bounded(BinaryReader reader, int count, int elementSize) =>
        count >= 0 && count <= (reader.BaseStream.Length - reader.BaseStream.Position) / elementSize ? count : throw new EndOfStreamException();
}
