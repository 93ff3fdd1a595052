namespace Tether;

/// <summary>What a <see cref="LocalSocket"/> connects to, and whom it trusts. The defaults are the safe ones.</summary>
public sealed record LocalSocketOptions
{
    private readonly string _name = "";
    private readonly LocalNamespace _namespace;
    private readonly TimeSpan _connectTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The server's name, or the absolute path of its socket. <see cref="Namespace"/> says what becomes of it.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public required string Name
    {
        get => _name;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            _name = value;
        }
    }

    /// <summary>How the name becomes an address. Default: <see cref="LocalNamespace.Private"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a member of the enumeration.</exception>
    public LocalNamespace Namespace
    {
        get => _namespace;
        init
        {
            if (!Enum.IsDefined(value))
                throw new ArgumentOutOfRangeException(nameof(value), value, "The namespace is not a member of LocalNamespace.");

            _namespace = value;
        }
    }

    /// <summary>
    /// How long to wait for a place in the queue of a server that accepts too slowly. Default: 30 seconds. Zero does not wait (on
    /// Windows it waits 100 ms, as a server there is without a place for a moment after each client); <see cref="Timeout.InfiniteTimeSpan"/>
    /// waits for ever. A name that nobody serves is reported at once, whatever this is.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The value is negative, or more than <see cref="int.MaxValue"/> milliseconds.
    /// </exception>
    public TimeSpan ConnectTimeout
    {
        get => _connectTimeout;
        init => _connectTimeout = LocalTimeout.Validate(value);
    }

    /// <summary>
    /// Whether a server that runs as another user is accepted. Default: false. Where others can take the name first, as in
    /// <see cref="LocalNamespace.Temporary"/> and <see cref="LocalNamespace.Abstract"/>, the one that answers may then be anybody's.
    /// </summary>
    public bool AllowServerOfAnotherUser { get; init; }
}
