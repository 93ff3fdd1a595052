using System.Diagnostics;

namespace Tether;

/// <summary>
/// Places at which a keeper of the tests is killed or fails, to show what follows. The calls are compiled only into that keeper
/// (test/Tether.Keeper.Faults, which alone defines the symbol); in what is shipped there is neither a call nor a name of a point.
/// </summary>
internal static class FaultPoint
{
    /// <summary>The symbol that compiles the calls.</summary>
    private const string Symbol = "TETHER_FAULTS";

    /// <exception cref="IOException">The plan lets a system call fail here.</exception>
    [Conditional(Symbol)]
    internal static void Reach(string point)
    {
#if TETHER_FAULTS
        Faults.FaultPlan.Reach(point);
#endif
    }

    /// <summary>The plan of a home directory, if there is one, is the keeper's from here on.</summary>
    [Conditional(Symbol)]
    internal static void Plan(string home)
    {
#if TETHER_FAULTS
        Faults.FaultPlan.Load(home);
#endif
    }
}
