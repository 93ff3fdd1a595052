namespace Tether;

/// <summary>A living ancestor of a process that has the same file open.</summary>
/// <param name="ProcessId">The ancestor.</param>
/// <param name="ProcessName">Its name.</param>
/// <param name="Descriptor">Its descriptor.</param>
/// <param name="IsCertain">
/// Whether the system confirmed that both descriptors are one open file (kcmp(2), CompareObjectHandles). Else they are alike in file, position and flags.
/// </param>
public sealed record ResourceAncestor(int ProcessId, string ProcessName, int Descriptor, bool IsCertain);
