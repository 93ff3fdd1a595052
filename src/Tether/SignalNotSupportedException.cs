namespace Tether;

/// <summary>The system that the program runs on has no such signal, or none that could be sent in the way that was asked for.</summary>
public sealed class SignalNotSupportedException : TetherException
{
    internal SignalNotSupportedException(string name, string signal, string problem)
        : base($"Signal {signal} cannot be sent to '{name}': {problem}")
    {
        Name = name;
        Signal = signal;
    }

    /// <summary>The record's name.</summary>
    public string Name { get; }

    /// <summary>The signal's name.</summary>
    public string Signal { get; }
}
