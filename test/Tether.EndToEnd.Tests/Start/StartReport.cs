namespace Tether.EndToEnd.Tests.Start;

/// <summary>A start of the launcher's that succeeded.</summary>
internal sealed record StartReport(string Name, int ProgramId, int KeeperId);
