using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Windows;

/// <summary>What can be told of an open file.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe class OpenFile
{
    private const string Long = @"\\?\";
    private const string LongShare = @"\\?\UNC\";
    private const int PathLength = 32 * 1024;

    /// <summary>The same for two handles when they are to the same file, by whatever name; null when the system does not tell.</summary>
    internal static (ulong Volume, ulong High, ulong Low)? Identity(SafeFileHandle file)
    {
        Kernel32.FileId id;
        if (Kernel32.GetFileInformationByHandleEx(file, Kernel32.FileIdInfo, &id, (uint)sizeof(Kernel32.FileId)))
            return (id.Volume, id.High, id.Low);

        // File systems without the long identities have these.
        Kernel32.FileInformation information;
        return Kernel32.GetFileInformationByHandle(file, &information)
            ? (information.Volume, information.IndexHigh, information.IndexLow)
            : null;
    }

    internal static bool IsDirectory(SafeFileHandle file)
    {
        Kernel32.FileInformation information;
        return Kernel32.GetFileInformationByHandle(file, &information)
            && (information.Attributes & Kernel32.FILE_ATTRIBUTE_DIRECTORY) != 0;
    }

    /// <summary>As its user writes it; null when it has none.</summary>
    internal static string? Path(SafeFileHandle file) => FinalPath(file, Kernel32.VOLUME_NAME_DOS) switch
    {
        { } path when path.StartsWith(LongShare, StringComparison.Ordinal) => @"\\" + path[LongShare.Length..],
        { } path when path.StartsWith(Long, StringComparison.Ordinal) => path[Long.Length..],
        var path => path,
    };

    /// <summary>With the device in front, as the system itself writes it; null when it has none.</summary>
    internal static string? NativePath(SafeFileHandle file) => FinalPath(file, Kernel32.VOLUME_NAME_NT);

    /// <summary>The name that the driver has for what is behind the handle; empty when it has none.</summary>
    internal static string DriversName(SafeFileHandle file)
    {
        // FILE_NAME_INFO: how many bytes, and the characters.
        uint[] information = new uint[PathLength / 2];
        fixed (uint* start = information)
        {
            return Kernel32.GetFileInformationByHandleEx(file, Kernel32.FileNameInfo, start, (uint)information.Length * sizeof(uint))
                ? new string((char*)(start + 1), 0, (int)*start / sizeof(char))
                : "";
        }
    }

    private static string? FinalPath(SafeFileHandle file, uint form)
    {
        char[] path = new char[PathLength];
        fixed (char* start = path)
        {
            uint length = Kernel32.GetFinalPathNameByHandle(file, start, PathLength, form);
            return length is > 0 and < PathLength ? new string(start, 0, (int)length) : null;
        }
    }
}
