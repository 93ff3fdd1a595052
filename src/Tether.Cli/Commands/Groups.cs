namespace Tether.Cli.Commands;

/// <summary>The headings of the tool's help, in their order.</summary>
internal static class Groups
{
    internal const string Start = "Start";
    internal const string Look = "Look";
    internal const string Control = "Control";
    internal const string Diagnose = "Diagnose";
    internal const string TidyUp = "Tidy up";

    internal static readonly string[] All = [Start, Look, Control, Diagnose, TidyUp];
}
