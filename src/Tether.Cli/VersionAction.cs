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
        // Behind "+" stands the commit.
        StandardStreams.WriteLine("tether " + version.Split('+')[0]);
        return ExitCode.Success;
    }
}
