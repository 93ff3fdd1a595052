using System.ComponentModel;

namespace Tether.Platform.Windows;

/// <summary>What an error of Windows means for a local socket.</summary>
internal static class PipeErrors
{
    internal static LocalSocketError Classify(int error) => error switch
    {
        WindowsError.FileNotFound or WindowsError.PathNotFound => LocalSocketError.ServerNotFound,
        WindowsError.AccessDenied => LocalSocketError.AccessDenied,
        WindowsError.BrokenPipe or WindowsError.NoData or WindowsError.PipeNotConnected => LocalSocketError.PeerClosed,
        WindowsError.TooManyOpenFiles or WindowsError.NotEnoughMemory or WindowsError.OutOfMemory
            or WindowsError.NoSystemResources or WindowsError.CommitmentLimit => LocalSocketError.ResourceExhausted,
        WindowsError.PipeBusy or WindowsError.SemaphoreTimeout => LocalSocketError.TimedOut,
        WindowsError.InvalidName => LocalSocketError.NameInvalid,
        _ => LocalSocketError.Unknown,
    };

    /// <summary>An error that names the operation, the address and the reason.</summary>
    internal static LocalSocketException Failed(string operation, string on, int error) =>
        new(Classify(error), $"{operation} '{on}' failed: {WindowsError.Text(error).TrimEnd('.')} (error {error}).", new Win32Exception(error));
}
