namespace Tether;

/// <summary>A program could not be started. Nothing is left behind: no process, no record.</summary>
public sealed class ProcessStartException : TetherException
{
    internal ProcessStartException(string program, StartFailure reason, int nativeErrorCode, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Program = program;
        Reason = reason;
        NativeErrorCode = nativeErrorCode;
    }

    /// <summary>The program as the caller named it.</summary>
    public string Program { get; }

    /// <summary>Why it could not be started.</summary>
    public StartFailure Reason { get; }

    /// <summary>
    /// With <see cref="StartFailure.ParameterRefused"/> the member of <see cref="UnixStartInfo"/> or <see cref="WindowsStartInfo"/>, such as
    /// <c>Nice</c>; else null.
    /// </summary>
    public string? Parameter { get; internal init; }

    /// <summary>The system's error number (errno on Unix), or 0 where no system call failed.</summary>
    public int NativeErrorCode { get; }
}
