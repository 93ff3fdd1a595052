using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace Tether.Cli;

/// <summary><c>--version</c>.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        string version = typeof(VersionAction).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        // With the commit behind "+", as 'tether-keeper --version' has it: the two can be compared, and a report says what was run.
        StandardStreams.WriteLine("tether " + version);
        return ExitCode.Success;
    }
}
