using Tether.Keeper;
using Tether.Records;

namespace Tether.Tests.Journal;

/// <summary>A program without a system: it takes as much input as it is told to and remembers what was done to it.</summary>
internal sealed class FakeProgram : IKeptProgram
{
    /// <summary>How many bytes of input it takes before its pipe is full; -1 when it has closed its input.</summary>
    internal int Appetite { get; set; } = int.MaxValue;

    internal MemoryStream Input { get; } = new();

    internal bool IsInputClosed { get; private set; }

    internal bool IsInputWatched { get; private set; }

    internal List<(int Signal, bool Tree)> SentSignals { get; } = [];

    internal HashSet<OutputStream> Paused { get; } = [];

    internal ExitFile? Exit { get; private set; }

    public bool IsWritingInput => false;

    public string SignalAdvice => "Use another signal.";

    public bool HasProcesses { get; set; } = true;

    public bool TellsProcessEnds { get; set; } = true;

    public int WriteInput(ReadOnlySpan<byte> bytes)
    {
        if (Appetite < 0)
        {
            return -1;
        }

        int taken = Math.Min(bytes.Length, Appetite);
        Appetite -= taken;
        Input.Write(bytes[..taken]);
        return taken;
    }

    public void WatchInput(bool writable) => IsInputWatched = writable;

    public void CloseInput() => IsInputClosed = true;

    public void PauseOutput(OutputStream stream, bool paused) => Assert.True(paused ? Paused.Add(stream) : Paused.Remove(stream));

    public int Signal(int signal, bool tree)
    {
        SentSignals.Add((signal, tree));
        return 0;
    }

    public void WriteExit(ExitFile exit) => Exit = exit;
}
