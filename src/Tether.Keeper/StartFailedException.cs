namespace Tether.Keeper;

/// <summary>The program cannot be started; the launcher is told why, and nothing is left behind.</summary>
internal sealed class StartFailedException(StartFailure reason, int errno, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    internal StartFailure Reason { get; } = reason;

    internal int Errno { get; } = errno;

    /// <summary>With <see cref="StartFailure.ParameterRefused"/> the member of <see cref="UnixStartInfo"/> or <see cref="WindowsStartInfo"/>.</summary>
    internal string? Parameter { get; init; }
}
