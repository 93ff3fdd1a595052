namespace Tether.Fuzz;

/// <summary>What has to come of a frame.</summary>
internal enum Verdict
{
    /// <summary>The frame is not all there.</summary>
    Incomplete,

    /// <summary>The connection lives on.</summary>
    Survives,

    /// <summary>The connection is refused with the code that goes with it.</summary>
    Refused,

    /// <summary>It would do what it says: end the program, close its input or give it bytes. Such a frame is not sent.</summary>
    Obeyed,
}
