namespace Tether;

/// <summary>Both limits of a <see cref="UnixResource"/> (getrlimit(2)).</summary>
/// <param name="Soft">What the kernel enforces. The program may change it up to the hard limit.</param>
/// <param name="Hard">What only a privileged process may raise.</param>
public readonly record struct UnixResourceLimit(ulong Soft, ulong Hard)
{
    /// <summary>No limit (<c>RLIM_INFINITY</c>).</summary>
    public const ulong Unlimited = ulong.MaxValue;

    /// <summary>The same limit for both.</summary>
    /// <param name="both">Soft and hard limit.</param>
    public UnixResourceLimit(ulong both)
        : this(both, both)
    {
    }
}
