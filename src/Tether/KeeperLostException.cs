using Tether.Platform;

namespace Tether;

/// <summary>
/// The keeper is gone without having said how its program ended: it was killed, or the system went down. Attach again: a new keeper then takes
/// over the program, if it still runs, with all that it has written and writes. On Windows none can: the program runs on without its streams.
/// </summary>
public sealed class KeeperLostException : TetherException
{
    internal KeeperLostException(string name)
        : base($"The keeper of '{name}' is gone and left no exit status: it was killed, or the system went down. {HostPlatform.Current.AdviceWhenKeeperIsLost}")
    {
        Name = name;
    }

    /// <summary>The record's name.</summary>
    public string Name { get; }
}
