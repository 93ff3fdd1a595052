namespace Tether.Launching;

/// <summary>What of a <see cref="UnixStartInfo"/> travels to the keeper, at the end of a <see cref="StartRequest"/>.</summary>
internal sealed record UnixStart
{
    // The kernel's own bounds: NGROUPS_MAX and the ids before the groups, RLIM_NLIMITS, the signals.
    private const int MaximumIds = 65536 + 2;
    private const int MaximumLimits = 16;
    private const int MaximumSignals = 64;

    internal uint? Umask { get; init; }

    internal int? Nice { get; init; }

    internal int? OomScoreAdjustment { get; init; }

    internal IReadOnlyList<(int Resource, ulong Soft, ulong Hard)> Limits { get; init; } = [];

    /// <summary>The user id, the group id and the supplementary groups; empty leaves the launcher's.</summary>
    internal uint[] Ids { get; init; } = [];

    internal bool ResetIds { get; init; }

    internal int[] IgnoredSignals { get; init; } = [];

    internal static void Write(BinaryWriter writer, UnixStart? start)
    {
        writer.Write(start is not null);
        if (start is null)
        {
            return;
        }

        WriteOptional(writer, (int?)start.Umask);
        WriteOptional(writer, start.Nice);
        WriteOptional(writer, start.OomScoreAdjustment);
        writer.Write(start.Limits.Count);
        foreach ((int resource, ulong soft, ulong hard) in start.Limits)
        {
            writer.Write(resource);
            writer.Write(soft);
            writer.Write(hard);
        }

        writer.Write(start.Ids.Length);
        foreach (uint id in start.Ids)
        {
            writer.Write(id);
        }

        writer.Write(start.ResetIds);
        writer.Write(start.IgnoredSignals.Length);
        foreach (int signal in start.IgnoredSignals)
        {
            writer.Write(signal);
        }
    }

    /// <exception cref="EndOfStreamException">It is broken.</exception>
    internal static UnixStart? Read(BinaryReader reader) => !reader.ReadBoolean() ? null : new UnixStart
    {
        Umask = (uint?)ReadOptional(reader),
        Nice = ReadOptional(reader),
        OomScoreAdjustment = ReadOptional(reader),
        Limits = ReadMany(reader, MaximumLimits, static reader => (reader.ReadInt32(), reader.ReadUInt64(), reader.ReadUInt64())),
        Ids = ReadMany(reader, MaximumIds, static reader => reader.ReadUInt32()),
        ResetIds = reader.ReadBoolean(),
        IgnoredSignals = ReadMany(reader, MaximumSignals, static reader => reader.ReadInt32()),
    };

    private static void WriteOptional(BinaryWriter writer, int? value)
    {
        writer.Write(value.HasValue);
        writer.Write(value ?? 0);
    }

    private static int? ReadOptional(BinaryReader reader)
    {
        bool isThere = reader.ReadBoolean();
        int value = reader.ReadInt32();
        return isThere ? value : null;
    }

    private static T[] ReadMany<T>(BinaryReader reader, int maximum, Func<BinaryReader, T> read)
    {
        int count = reader.ReadInt32();
        T[] items = new T[count >= 0 && count <= maximum ? count : throw new EndOfStreamException()];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = read(reader);
        }

        return items;
    }
}
