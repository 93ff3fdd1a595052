namespace Tether.Tests;

/// <summary>
/// Tests that run while no other test does: they change this process's environment variables, count its allocations, or need that nobody else
/// has their descriptors, of which a process that another test is just forking holds copies until its exec.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "Alone";
}
