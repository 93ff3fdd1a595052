using System.ComponentModel;

namespace Tether.Platform.Windows;

/// <summary>The system refused a member of <see cref="WindowsStartInfo"/>.</summary>
internal sealed class WindowsParameterException(string parameter, int error, string message) : Win32Exception(error, message)
{
    /// <summary>The member's name.</summary>
    internal string Parameter { get; } = parameter;
}
