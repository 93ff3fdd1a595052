using System.Diagnostics;

namespace Tether.Records;

/// <summary>The files of a record's directory. docs/protocol.md describes them for clients in other languages.</summary>
internal static class RecordPaths
{
    /// <summary>What was started: <see cref="RecordFile"/>.</summary>
    internal const string Record = "record.json";

    /// <summary>How it ended: <see cref="ExitFile"/>. Absent until then.</summary>
    internal const string Exit = "exit.json";

    /// <summary>The keeper's endpoint. Absent after the end.</summary>
    internal const string Socket = "socket";

    /// <summary>How far every stream is: <see cref="Journal.JournalPositions"/>.</summary>
    internal const string Positions = "positions";

    /// <summary>The bytes of standard output, at their offset modulo the capacity.</summary>
    internal const string StandardOutputLog = "stdout.log";

    /// <summary>The bytes of standard error, at their offset modulo the capacity.</summary>
    internal const string StandardErrorLog = "stderr.log";

    /// <summary>The order and times in which pieces of both streams were seen: <see cref="Journal.OrderEntry"/>.</summary>
    internal const string OrderLog = "order.log";

    /// <summary>The FIFOs that are the program's standard streams. Absent after the end.</summary>
    internal const string StandardInputFifo = "stdin";

    internal const string StandardOutputFifo = "stdout";

    internal const string StandardErrorFifo = "stderr";

    /// <summary>How the names of directories start that are no records: one being made, or one being removed.</summary>
    internal const char HiddenPrefix = '.';

    /// <summary>A name of that kind that nobody else uses.</summary>
    internal static string NewHiddenName(string purpose) => $"{HiddenPrefix}{purpose}-{Environment.ProcessId}-{Stopwatch.GetTimestamp():x}";
}
