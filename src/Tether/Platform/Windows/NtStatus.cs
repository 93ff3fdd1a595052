namespace Tether.Platform.Windows;

/// <summary>What the 32-bit exit code of a program that Windows ended says.</summary>
internal static class NtStatus
{
    /// <summary>The words for a code, or null when it is the program's own.</summary>
    internal static string? Name(uint exitCode) => exitCode switch
    {
        0x80000003 => "breakpoint",
        0xC0000005 => "access violation",
        0xC0000006 => "in-page error",
        0xC0000008 => "invalid handle",
        0xC0000017 => "out of memory",
        0xC000001D => "illegal instruction",
        0xC0000025 => "noncontinuable exception",
        0xC000008C => "array bounds exceeded",
        0xC000008E => "floating-point division by zero",
        0xC0000090 => "invalid floating-point operation",
        0xC0000094 => "integer division by zero",
        0xC0000095 => "integer overflow",
        0xC0000096 => "privileged instruction",
        0xC00000FD => "stack overflow",
        0xC0000135 => "DLL not found",
        0xC0000138 => "ordinal not found",
        0xC0000139 => "entry point not found",
        0xC000013A => "ended by Ctrl+C",
        0xC0000142 => "DLL initialization failed",
        0xC0000374 => "heap corruption",
        0xC0000409 => "stack buffer overrun or fast fail",
        0xC0000417 => "invalid argument to the C runtime",
        0xC0000420 => "assertion failure",
        0xE0434352 => "unhandled .NET exception",
        0xE06D7363 => "unhandled C++ exception",
        _ => null,
    };
}
