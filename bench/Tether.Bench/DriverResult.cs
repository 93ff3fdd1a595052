namespace Tether.Bench;

/// <summary>What a driver printed, or why it failed.</summary>
internal sealed record DriverResult(IReadOnlyList<(string Figure, double Value)> Figures, string? Failure);
