namespace Tether.Platform.Windows;

/// <summary>Names that Windows takes for something else than a directory's name.</summary>
internal static class WindowsFileName
{
    private static readonly string[] Devices = ["CON", "PRN", "AUX", "NUL"];

    /// <summary>Why a directory cannot have the name; null when it can.</summary>
    internal static string? Problem(string name)
    {
        if (name[^1] == '.')
        {
            return "it ends with '.', which Windows drops";
        }

        // With an extension it is the device as well: NUL.txt.
        string stem = name.Split('.')[0].ToUpperInvariant();
        bool isPort = stem.Length == 4 && (stem[..3] is "COM" or "LPT") && char.IsAsciiDigit(stem[3]);
        return isPort || Devices.Contains(stem) ? $"'{stem}' is a device of Windows" : null;
    }
}
