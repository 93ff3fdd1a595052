namespace Tether.Journal;

/// <summary>The groups of the file <c>positions</c>, in their order after its header.</summary>
internal enum JournalSection
{
    StandardInput = 0,
    StandardOutput = 1,
    StandardError = 2,
    Order = 3,
}
