namespace Tether;

/// <summary>What a <see cref="LocalServer"/> listens on, and who may connect. The defaults are the safe ones.</summary>
public sealed record LocalServerOptions
{
    private readonly string _name = "";
    private readonly LocalServerAccess _access;
    private readonly LocalNamespace _namespace;
    private readonly int _backlog = 128;

    /// <summary>
    /// The server's name: letters of any script, without <c>/</c>, or an absolute path. <see cref="Namespace"/> says what becomes of it.
    /// </summary>
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
    /// Who besides the user may connect. Default: <see cref="LocalServerAccess.User"/>, nobody. Others cannot enter the directory of
    /// <see cref="LocalNamespace.Private"/>, so wider access needs an absolute path or another namespace.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value has bits that are no member of the enumeration.</exception>
    public LocalServerAccess Access
    {
        get => _access;
        init
        {
            if ((value & ~LocalServerAccess.World) != 0)
                throw new ArgumentOutOfRangeException(nameof(value), value, "The access is no combination of LocalServerAccess members.");

            _access = value;
        }
    }

    /// <summary>
    /// How many connections may wait to be accepted, at least 1. Default: 128. One more may wait than this says, and Linux caps the number
    /// at <c>net.core.somaxconn</c>. A client that finds the queue full waits until its own time-out.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int Backlog
    {
        get => _backlog;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _backlog = value;
        }
    }

    /// <summary>
    /// Called, on the accepting thread, for each connection that was closed at once because <see cref="Access"/> does not allow its user.
    /// Default: null. An exception that it throws comes out of the accepting call.
    /// </summary>
    public Action<PeerCredentials>? PeerRefused { get; init; }
}
