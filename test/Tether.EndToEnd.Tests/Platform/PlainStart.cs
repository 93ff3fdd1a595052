using System.ComponentModel;
using System.Diagnostics;

namespace Tether.EndToEnd.Tests.Platform;

/// <summary>
/// Starts a process as .NET does it. Wine 8 loses one in some hundreds before it has begun ("Internal error"; docs/platforms.md), which is
/// started again then; no other system has that error for a start.
/// </summary>
internal static class PlainStart
{
    private const int InternalError = 1359; // ERROR_INTERNAL_ERROR

    internal static Process Of(ProcessStartInfo start)
    {
        for (int again = 0; ; again++)
        {
            try
            {
                return Process.Start(start)!;
            }
            catch (Win32Exception error) when (error.NativeErrorCode == InternalError && again < 3)
            {
            }
        }
    }
}
