using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Tether.Cli.Platform.Linux;

/// <summary>The terminal, the standard descriptors and the arguments as Linux has them.</summary>
[SupportedOSPlatform("linux")]
internal sealed class LinuxConsole : ConsolePlatform
{
    /// <summary><see cref="Console"/>'s own look at it changes the terminal's modes.</summary>
    internal override int OutputWidth => TerminalSize.Columns(1);

    internal override bool ShowsColours => Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    internal override string[] Arguments(string[] decoded) => RawArguments.Read(decoded);

    internal override void SecureStandardStreams() => StandardDescriptors.Secure();

    internal override Stream OpenStandardStream(int number) => new DescriptorStream(number);

    internal override void WatchOutputReader(Action onGone) => StandardDescriptors.WatchOutputReader(onGone);

    internal override bool IsNullDevice(string path) => path == "/dev/null";

    internal override SafeHandle OpenPassedDescriptor(int number) => PassedDescriptors.Open(number);
}
