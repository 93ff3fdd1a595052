using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Tether.Platform.Windows;

/// <summary>Error numbers of GetLastError, and their texts.</summary>
internal static class WindowsError
{
    internal const int FileNotFound = 2;
    internal const int PathNotFound = 3;
    internal const int TooManyOpenFiles = 4;
    internal const int AccessDenied = 5;
    internal const int InvalidHandle = 6;
    internal const int NotEnoughMemory = 8;
    internal const int SharingViolation = 32;
    internal const int HandleEof = 38;
    internal const int InvalidParameter = 87;
    internal const int BrokenPipe = 109;
    internal const int DiskFull = 112;
    internal const int AlreadyExists = 183;
    internal const int FileNameTooLong = 206;
    internal const int OutOfMemory = 14;
    internal const int SemaphoreTimeout = 121;
    internal const int InvalidName = 123;
    internal const int Directory = 267;
    internal const int BadExecutableFormat = 193;
    internal const int MachineTypeMismatch = 216;
    internal const int PipeBusy = 231;
    internal const int NoData = 232;
    internal const int PipeNotConnected = 233;
    internal const int ElevationRequired = 740;
    internal const int MoreData = 234;
    internal const int WaitTimeout = 258;
    internal const int PipeConnected = 535;
    internal const int OperationAborted = 995;
    internal const int IoPending = 997;
    internal const int InternalError = 1359;
    internal const int NoSystemResources = 1450;
    internal const int CommitmentLimit = 1455;

    /// <summary>Takes the error of the call just made.</summary>
    internal static int Last() => Marshal.GetLastPInvokeError();

    /// <summary>An error that names the operation, its object and the reason; its HResult is of this error, as .NET's own.</summary>
    internal static IOException Failed(string operation, string on, int error) =>
        new($"{operation} '{on}' failed: {Text(error).TrimEnd('.')} (error {error}).", unchecked((int)0x8007_0000) | error);

    internal static bool IsOutOfResources(int error) =>
        error is TooManyOpenFiles or NotEnoughMemory or OutOfMemory or NoSystemResources or CommitmentLimit;

    internal static string Text(int error) => new Win32Exception(error).Message;

    /// <summary>The error of an exception of .NET's own input and output; 0 when it is none of the system's.</summary>
    internal static int Of(Exception exception) => unchecked((uint)exception.HResult) >> 16 == 0x8007 ? exception.HResult & 0xFFFF : 0;
}
