namespace Tether.Cli.Output;

/// <summary>What <c>doctor --json</c> prints. docs/cli.md has its fields; they only grow.</summary>
internal sealed record DoctorJson(int Pid, string Name, IReadOnlyList<DescriptorJson> Descriptors, IReadOnlyList<string> Problems)
{
    internal static DoctorJson Of(InheritanceReport report) =>
        new(report.ProcessId, report.ProcessName, [.. report.Descriptors.Select(DescriptorJson.Of)], report.Problems);
}
