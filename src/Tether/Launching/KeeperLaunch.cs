namespace Tether.Launching;

/// <summary>A keeper that was just started: the private connection to it, and the copy of it that is this process's child for a moment.</summary>
internal abstract class KeeperLaunch : IDisposable
{
    /// <summary>The connection, full duplex. The caller takes it over when the start has succeeded.</summary>
    internal abstract Stream Connection { get; }

    /// <summary>Waits for the first copy to end, so that it leaves no zombie. Returns what is known of its end, for an error's text.</summary>
    internal abstract string ReapFirstCopy();

    /// <inheritdoc/>
    public abstract void Dispose();
}
