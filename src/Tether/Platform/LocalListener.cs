using System.Runtime.InteropServices;

namespace Tether.Platform;

/// <summary>A listening name as the platform has it. <see cref="LocalServer"/> is its public face.</summary>
internal abstract class LocalListener : IDisposable
{
    /// <summary>The address that a client of any kind can use.</summary>
    internal abstract string FullName { get; }

    internal abstract SafeHandle Handle { get; }

    internal abstract LocalConnection Accept();

    /// <summary>Null when the time-out ran out.</summary>
    internal abstract LocalConnection? TryAccept(TimeSpan timeout);

    internal abstract ValueTask<LocalConnection> AcceptAsync(CancellationToken cancellationToken);

    public abstract void Dispose();
}
