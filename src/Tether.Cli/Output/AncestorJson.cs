namespace Tether.Cli.Output;

/// <summary>The ancestor of a holder as <c>who --json</c> prints it.</summary>
internal sealed record AncestorJson(int Pid, string Name, int Descriptor, bool Certain);
