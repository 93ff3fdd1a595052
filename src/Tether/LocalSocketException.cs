namespace Tether;

/// <summary>An operation of a <see cref="LocalServer"/> or <see cref="LocalSocket"/> failed; <see cref="Error"/> says why.</summary>
public sealed class LocalSocketException : IOException
{
    internal LocalSocketException(LocalSocketError error, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Error = error;
    }

    /// <summary>The reason.</summary>
    public LocalSocketError Error { get; }
}
