namespace Tether;

/// <summary>
/// The keeper is gone without having said how its program ended: it was killed, or the system went down. The program may still be
/// running. What it had written until then can be read.
/// </summary>
public sealed class KeeperLostException : TetherException
{
    internal KeeperLostException(string name)
        : base($"The keeper of '{name}' is gone and left no exit status: it was killed, or the system went down. 'tether show {name}' tells whether the program still runs; 'tether rm {name}' removes the record.")
    {
        Name = name;
    }

    /// <summary>The record's name.</summary>
    public string Name { get; }
}
