namespace Tether.TestLauncher.Matrix;

/// <summary>One row of the leak matrix: a descriptor that native code opened, and how it is told whether the thing behind it is free.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Number">The descriptor's number: "low" or "high".</param>
/// <param name="SeenBy">How it is told that it is free.</param>
/// <param name="Descriptor">The descriptor, inheritable.</param>
/// <param name="IsFree">Whether nobody has it any more. Only after this process has closed its own.</param>
internal sealed record Holding(string Kind, string Number, string SeenBy, int Descriptor, Func<bool> IsFree);
