namespace Tether.Cli.Output;

/// <summary>A report of inheritance for a person: each descriptor, and what it keeps busy.</summary>
internal static class DoctorText
{
    private const int KindWidth = 11;
    private const int Indent = 18;

    internal static string Format(InheritanceReport report, Paragraphs text)
    {
        string who = $"{report.ProcessName} (PID {report.ProcessId})";
        int count = report.Descriptors.Count;
        text.Add(who, count == 0
            ? $": nothing would leak into what it starts{(report.Problems.Count > 0 ? ", as far as could be seen" : "")}."
            : $": {count} {Words.Descriptor}{(count == 1 ? "" : "s")} would leak into every program that it starts.", 0);
        foreach (InheritableDescriptor descriptor in report.Descriptors)
        {
            string head = $"{Words.OfNumber(descriptor.Number),5}  {Words.Of(descriptor.Kind).PadRight(KindWidth)}";
            text.Blank().Add(head, descriptor.Target, Indent).Add($"keeps busy: {descriptor.KeepsBusy}", Indent);
        }

        if (report.Problems.Count > 0)
        {
            text.Blank();
            foreach (string problem in report.Problems)
            {
                text.Add(problem, 0);
            }
        }

        if (count > 0)
        {
            string way = OperatingSystem.IsWindows() ? "open it without bInheritHandle" : "open it with close-on-exec (O_CLOEXEC)";
            text.Blank().Add($"Way out: {way}, or start the program with 'tether run', which hands on none of this.", 0);
        }

        return text.ToString();
    }
}
