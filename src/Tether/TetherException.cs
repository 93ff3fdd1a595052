namespace Tether;

/// <summary>The base of the errors that are Tether's own. An error of the file system or of a stream stays an <see cref="IOException"/>.</summary>
public class TetherException : Exception
{
    /// <summary>Creates the exception with a message that names the thing, the reason and the way out.</summary>
    /// <param name="message">The message.</param>
    public TetherException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and the error behind it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="innerException">The error behind it.</param>
    public TetherException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
