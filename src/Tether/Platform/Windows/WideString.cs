using System.Runtime.InteropServices;

namespace Tether.Platform.Windows;

/// <summary>
/// Strings of Windows as the bytes of a start request: UTF-16 as it stands, since a file's name may hold half a surrogate pair.
/// </summary>
internal static class WideString
{
    /// <exception cref="ArgumentException">The text holds a NUL, at which every string of Windows ends.</exception>
    internal static byte[] Encode(string text, string what) => !text.Contains('\0')
        ? MemoryMarshal.AsBytes(text.AsSpan()).ToArray()
        : throw new ArgumentException(
            $"{what} contains a NUL character at index {text.IndexOf('\0')}; a string of Windows ends there. Remove it.");

    internal static string Decode(byte[] bytes) => new(MemoryMarshal.Cast<byte, char>(bytes));
}
