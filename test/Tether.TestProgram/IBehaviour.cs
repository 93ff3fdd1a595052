namespace Tether.TestProgram;

/// <summary>One thing that the test program can do. Its name is the program's first argument.</summary>
internal interface IBehaviour
{
    string Name { get; }

    /// <summary>Does it, with the arguments after the name, and returns the exit code.</summary>
    int Run(string[] arguments);
}
