using System.Runtime.InteropServices;

namespace Tether.Platform.Linux;

internal static partial class Libc
{
    internal const int KCMP_FILE = 0;

    internal static nint SYS_kcmp => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 272 : 312;

    [LibraryImport(Library, EntryPoint = "readlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial nint ReadLink(string path, byte* buffer, nint size);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint Syscall(nint number, nint argument1, nint argument2, nint argument3, nint argument4, nint argument5);
}
