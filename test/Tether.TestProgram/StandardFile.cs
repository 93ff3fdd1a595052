using Microsoft.Win32.SafeHandles;

namespace Tether.TestProgram;

/// <summary>The standard streams without a buffer.</summary>
internal static class StandardFile
{
    internal static Stream Open(int number) => OperatingSystem.IsWindows()
        ? number switch { 0 => Console.OpenStandardInput(), 1 => Console.OpenStandardOutput(), _ => Console.OpenStandardError() }
        : new FileStream(new SafeFileHandle(number, ownsHandle: false), number == 0 ? FileAccess.Read : FileAccess.Write, bufferSize: 0);
}
