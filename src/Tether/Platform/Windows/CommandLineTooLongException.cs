namespace Tether.Platform.Windows;

/// <summary>All arguments together are longer than a command line can be.</summary>
internal sealed class CommandLineTooLongException(string message) : ArgumentException(message);
