namespace Tether.Cli;

/// <summary>Nobody reads one of this process's standard streams any more. It ends quietly.</summary>
internal sealed class BrokenPipeException(string stream) : IOException($"Nobody reads {stream} any more.");
