namespace Tether.Bench;

/// <summary>One quantity that a driver prints.</summary>
internal sealed record Figure(string Name, string Title, string Unit);
