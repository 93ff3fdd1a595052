namespace Tether.Tests;

/// <summary>
/// Tests that run while no other test does: they change this process's environment variables, count its allocations, or need a socket that they
/// closed to be closed, of which a process that another test is just forking would hold a copy until its exec.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "Alone";
}
