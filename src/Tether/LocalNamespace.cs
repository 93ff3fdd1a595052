namespace Tether;

/// <summary>How the name of a server becomes the address of a socket. Server and client have to use the same one.</summary>
public enum LocalNamespace
{
    /// <summary>
    /// A name is a socket in the user's own directory, <c>.sockets</c> in Tether's home (<c>$TETHER_HOME</c>, else
    /// <c>$XDG_RUNTIME_DIR/tether</c>, else <c>/tmp/tether-UID</c>), which nobody else can enter. A name that starts with <c>/</c> is the
    /// absolute path of the socket.
    /// </summary>
    Private,

    /// <summary>
    /// A name is a socket in <c>$TMPDIR</c>, else <c>/tmp</c>, where <c>QLocalServer</c> puts its own. Any user can take a free name there,
    /// so a client has to check whose server answers, as <see cref="LocalSocket"/> does. A name that starts with <c>/</c> is the absolute
    /// path of the socket.
    /// </summary>
    Temporary,

    /// <summary>
    /// A name is an abstract one (unix(7), Linux only): no file, gone with its server, visible in the whole network namespace. It has
    /// exactly the name's length, as Qt 6.2 and later use it.
    /// </summary>
    Abstract,
}
