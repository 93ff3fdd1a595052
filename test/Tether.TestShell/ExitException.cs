namespace Tether.TestShell;

/// <summary>The shell is to end.</summary>
internal sealed class ExitException(int code) : Exception
{
    internal int Code { get; } = code;
}
