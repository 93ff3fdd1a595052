namespace Tether.Tests;

/// <summary>Tests that change this process's environment variables: they run while no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EnvironmentCollection
{
    public const string Name = "Environment";
}
