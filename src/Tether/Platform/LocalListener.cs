namespace Tether.Platform;

/// <summary>A listening name as the platform has it. <see cref="LocalServer"/> is its public face.</summary>
internal abstract class LocalListener : IDisposable
{
    /// <summary>The address that a client of any kind can use.</summary>
    internal abstract string FullName { get; }

    internal abstract LocalConnection Accept();

    internal abstract ValueTask<LocalConnection> AcceptAsync(CancellationToken cancellationToken);

    public abstract void Dispose();
}
