namespace Tether;

/// <summary>The program's standard input is closed: by the program, by a client, or because the program has ended.</summary>
public sealed class InputClosedException : IOException
{
    internal InputClosedException(string name, long position)
        : base($"The standard input of '{name}' is closed; the program was given {position} bytes.")
    {
        Position = position;
    }

    /// <summary>How many bytes the program was given in all, by all clients.</summary>
    public long Position { get; }
}
