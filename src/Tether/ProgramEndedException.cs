namespace Tether;

/// <summary>The program has ended, so it cannot be signalled any more.</summary>
public sealed class ProgramEndedException : TetherException
{
    internal ProgramEndedException(string name)
        : base($"The program '{name}' has ended.")
    {
        Name = name;
    }

    /// <summary>The record's name.</summary>
    public string Name { get; }
}
