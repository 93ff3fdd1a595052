using System.Runtime.Versioning;

namespace Tether.Platform.Windows;

/// <summary>What CreateProcess is given for a program and its arguments: itself, or for a batch file the system's cmd.exe.</summary>
/// <param name="Application">The path of what is executed.</param>
/// <param name="Text">The command line.</param>
[SupportedOSPlatform("windows")]
internal sealed record WindowsCommandLine(string Application, string Text)
{
    /// <param name="program">The absolute path of the program.</param>
    /// <param name="arguments">Its arguments, the first being its own name.</param>
    /// <param name="native">The line as the caller wants it; null to make it of the arguments.</param>
    /// <exception cref="ArgumentException">Something cannot be passed on.</exception>
    internal static WindowsCommandLine Of(string program, IReadOnlyList<string> arguments, string? native)
    {
        string[] rest = [.. arguments.Skip(1)];
        if (!BatchArguments.IsBatch(program))
        {
            return new WindowsCommandLine(program, native ?? WindowsArguments.Join(arguments[0], rest));
        }

        if (native is not null)
        {
            throw new ArgumentException(
                $"'{program}' is a batch file and cannot have a NativeCommandLine: cmd.exe would read commands in it. "
                + "Use ProcessSpec.Arguments.");
        }

        string interpreter = Path.Combine(Environment.SystemDirectory, "cmd.exe");
        return new WindowsCommandLine(interpreter, BatchArguments.Join(interpreter, program, rest));
    }
}
