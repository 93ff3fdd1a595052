namespace Tether;

/// <summary>In what way a process holds a resource.</summary>
public enum ResourceUse
{
    /// <summary>It has it open through a descriptor.</summary>
    Descriptor = 0,

    /// <summary>It is the process's working directory.</summary>
    WorkingDirectory = 1,

    /// <summary>It is the process's root directory.</summary>
    RootDirectory = 2,

    /// <summary>It is the program that the process executes.</summary>
    Executable = 3,

    /// <summary>It is mapped into the process's memory, as libraries are.</summary>
    Mapping = 4,
}
