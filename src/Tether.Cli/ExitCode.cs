namespace Tether.Cli;

/// <summary>The exit codes that are Tether's own. <c>wait</c>, <c>attach</c> and <c>run --attach</c> pass on the program's.</summary>
internal static class ExitCode
{
    internal const int Success = 0;

    internal const int Failure = 1;

    internal const int Usage = 2;

    /// <summary><c>doctor</c> found something that would be inherited.</summary>
    internal const int SomethingInheritable = 1;

    /// <summary><c>who</c> found nobody.</summary>
    internal const int NobodyHolds = 1;

    /// <summary><c>doctor</c> and <c>who</c> could not look, as grep(1) says it.</summary>
    internal const int CouldNotLook = 2;

    /// <summary><c>wait --timeout</c> ran out, as timeout(1) says it.</summary>
    internal const int TimedOut = 124;

    /// <summary><c>run</c> failed by itself, as env(1) says it.</summary>
    internal const int RunFailed = 125;

    internal const int NotExecutable = 126;

    internal const int ProgramNotFound = 127;

    /// <summary>Nobody reads the output any more: 128 + SIGPIPE, as if the signal had ended it.</summary>
    internal const int BrokenPipe = 128 + 13;

    internal static int OfSignal(int signal) => 128 + signal;

    internal static int Of(ProcessStartException error) => error.Reason switch
    {
        StartFailure.ProgramNotFound or StartFailure.InterpreterNotFound => ProgramNotFound,
        StartFailure.NotExecutable or StartFailure.IsDirectory or StartFailure.BadFormat or StartFailure.ArgumentsTooLong => NotExecutable,
        _ => RunFailed,
    };
}
