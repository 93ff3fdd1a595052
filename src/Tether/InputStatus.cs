namespace Tether;

/// <summary>How far a program's standard input is.</summary>
/// <param name="Position">How many bytes the program was given.</param>
/// <param name="IsOpen">False once it was closed, from either side.</param>
public readonly record struct InputStatus(long Position, bool IsOpen);
