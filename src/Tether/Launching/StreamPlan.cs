using System.Runtime.InteropServices;

namespace Tether.Launching;

/// <summary>
/// What the program's descriptors are to be: the part of a start request that is about streams. The launcher's descriptors travel beside
/// the request, first those of the standard streams that have one, in their order, then the further ones by their numbers.
/// </summary>
internal sealed record StreamPlan
{
    /// <summary>Everything goes through the keeper.</summary>
    internal static StreamPlan Default { get; } =
        new() { Input = StreamTarget.Kept, Output = StreamTarget.Kept, Error = StreamTarget.Kept };

    internal required StreamTarget Input { get; init; }

    internal required StreamTarget Output { get; init; }

    internal required StreamTarget Error { get; init; }

    /// <summary>The numbers of the further descriptors, ascending.</summary>
    internal IReadOnlyList<int> FurtherNumbers { get; init; } = [];

    /// <summary>What the launcher passes on, in the order of the journey. Not part of the encoding.</summary>
    internal IReadOnlyList<SafeHandle> Handles { get; init; } = [];

    /// <summary>How many descriptors the keeper has to find beside the request.</summary>
    internal int DescriptorCount =>
        (Input.HasDescriptor ? 1 : 0) + (Output.HasDescriptor ? 1 : 0) + (Error.HasDescriptor ? 1 : 0) + FurtherNumbers.Count;

    internal void Write(BinaryWriter writer)
    {
        foreach (StreamTarget target in (StreamTarget[])[Input, Output, Error])
        {
            writer.Write((byte)target.Kind);
            StartRequest.WriteBytes(writer, target.Path);
            writer.Write(target.Append);
            writer.Write(target.ProcessName);
        }

        writer.Write(FurtherNumbers.Count);
        foreach (int number in FurtherNumbers)
        {
            writer.Write(number);
        }
    }

    /// <exception cref="EndOfStreamException">The request is broken.</exception>
    internal static StreamPlan Read(BinaryReader reader)
    {
        StreamTarget input = ReadTarget(reader);
        StreamTarget output = ReadTarget(reader);
        StreamTarget error = ReadTarget(reader);
        int[] numbers = new int[StartRequest.Bounded(reader, reader.ReadInt32(), sizeof(int))];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = reader.ReadInt32();
        }

        return new StreamPlan { Input = input, Output = output, Error = error, FurtherNumbers = numbers };
    }

    private static StreamTarget ReadTarget(BinaryReader reader) => new()
    {
        Kind = (ProcessStreamKind)reader.ReadByte(),
        Path = StartRequest.ReadBytes(reader),
        Append = reader.ReadBoolean(),
        ProcessName = reader.ReadString(),
    };
}
