namespace Tether.Bench;

/// <summary>The contenders of one piece of work. The ratio is against the first.</summary>
internal sealed record Table(string Title, string Unit, IReadOnlyList<Series> Rows, string Note = "");
