namespace Tether.EndToEnd.Tests.Start;

/// <summary>A start of the launcher's that failed: the exception's type and what it says.</summary>
internal sealed record FailureReport(string Type, string? Reason, int Errno, string? Program, string Message);
