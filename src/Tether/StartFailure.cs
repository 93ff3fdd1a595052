namespace Tether;

/// <summary>Why a program could not be started.</summary>
public enum StartFailure
{
    /// <summary>There is no such file, or no such name in PATH.</summary>
    ProgramNotFound,

    /// <summary>The file exists but may not be executed, or not now as somebody writes it; or a directory on the way to it may not be entered.</summary>
    NotExecutable,

    /// <summary>The path names a directory.</summary>
    IsDirectory,

    /// <summary>The file is no program for this system: unknown format, or another architecture.</summary>
    BadFormat,

    /// <summary>The program is there, but the interpreter of its <c>#!</c> line or its loader is not.</summary>
    InterpreterNotFound,

    /// <summary>The working directory does not exist or is no directory.</summary>
    WorkingDirectoryNotFound,

    /// <summary>The working directory may not be entered.</summary>
    WorkingDirectoryDenied,

    /// <summary>Another record has the name: a program that runs, or one that has ended and was not removed.</summary>
    NameInUse,

    /// <summary>The path of the program, or of the record's socket (107 bytes), is too long.</summary>
    PathTooLong,

    /// <summary>Arguments and environment together are larger than the system takes.</summary>
    ArgumentsTooLong,

    /// <summary>The records' directory, or something in it, may not be written.</summary>
    PermissionDenied,

    /// <summary>Out of descriptors, processes or memory.</summary>
    OutOfResources,

    /// <summary>No space is left for the record.</summary>
    DiskFull,

    /// <summary>The keeper's executable was not found or cannot be executed.</summary>
    KeeperNotFound,

    /// <summary>The keeper ended, or did not answer, before it had started the program.</summary>
    KeeperFailed,

    /// <summary>What a standard stream was to be connected to cannot be opened, or a descriptor cannot be passed on.</summary>
    RedirectionFailed,

    /// <summary>
    /// The system refused a member of <see cref="UnixStartInfo"/> or <see cref="WindowsStartInfo"/>; <see
    /// cref="ProcessStartException.Parameter"/> says which.
    /// </summary>
    ParameterRefused,

    /// <summary>Another error; the exception's <see cref="ProcessStartException.NativeErrorCode"/> and message say which.</summary>
    Other,
}
