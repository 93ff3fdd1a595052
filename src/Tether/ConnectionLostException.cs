namespace Tether;

/// <summary>The connection to the keeper ended while the keeper lives on. The program is not affected: attach again.</summary>
public sealed class ConnectionLostException : TetherException
{
    internal ConnectionLostException(string name, string reason, Exception? innerException = null)
        : base($"The connection to the keeper of '{name}' ended: {reason}. The program is not affected; attach again.", innerException)
    {
        Name = name;
    }

    /// <summary>The record's name.</summary>
    public string Name { get; }
}
