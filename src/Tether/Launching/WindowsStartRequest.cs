namespace Tether.Launching;

/// <summary>What only programs on Windows have of a start request: its last section, which is not there on other systems.</summary>
internal sealed record WindowsStartRequest
{
    /// <summary>Whether processes that the program starts may leave the job by which its keeper finds and ends them, when they ask for it.</summary>
    internal bool AllowBreakaway { get; init; }

    internal void Write(BinaryWriter writer) => writer.Write(AllowBreakaway);

    /// <exception cref="EndOfStreamException">It is broken.</exception>
    internal static WindowsStartRequest Read(BinaryReader reader) => new() { AllowBreakaway = reader.ReadBoolean() };
}
