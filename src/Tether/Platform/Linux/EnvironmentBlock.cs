using System.Collections;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace Tether.Platform.Linux;

/// <summary>The environment of a program: the launcher's with the spec's changes, to the byte.</summary>
[SupportedOSPlatform("linux")]
internal static class EnvironmentBlock
{
    /// <summary>The variables, each "NAME=value".</summary>
    /// <exception cref="ArgumentException">A name is empty or holds "=" or NUL, or a value holds NUL.</exception>
    internal static IReadOnlyList<byte[]> Create(ProcessSpec spec)
    {
        Dictionary<string, byte[]> block = spec.InheritEnvironment ? Inherited() : [];
        foreach ((string name, string? value) in spec.Environment)
        {
            if (name.Length == 0 || name.Contains('='))
            {
                throw new ArgumentException($"'{name}' cannot be the name of an environment variable: it is empty or contains '='.");
            }

            if (value is null)
            {
                block.Remove(name);
            }
            else
            {
                block[name] = ByteString.Encode($"{name}={value}", $"The environment variable '{name}'");
            }
        }

        return [.. block.Values];
    }

    /// <summary>
    /// .NET decodes the environment as UTF-8 and replaces what is none, and keeps changes to itself. So a variable whose text is what .NET
    /// makes of the process's own bytes is taken from there, byte for byte, and any other is .NET's.
    /// </summary>
    private static Dictionary<string, byte[]> Inherited()
    {
        Dictionary<string, byte[]> native = Native();
        Dictionary<string, byte[]> block = [];
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            string name = (string)variable.Key;
            string text = $"{name}={variable.Value}";
            block[name] = native.TryGetValue(name, out byte[]? bytes) && Encoding.UTF8.GetString(bytes) == text ? bytes : ByteString.Encode(text, $"The environment variable '{name}'");
        }

        return block;
    }

    private static unsafe Dictionary<string, byte[]> Native()
    {
        Dictionary<string, byte[]> block = [];
        nint library = NativeLibrary.Load("libc.so.6");
        byte** next = *(byte***)NativeLibrary.GetExport(library, "environ");
        for (; next is not null && *next is not null; next++)
        {
            ReadOnlySpan<byte> entry = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(*next);
            int equals = entry.IndexOf((byte)'=');
            if (equals > 0)
            {
                block.TryAdd(Encoding.UTF8.GetString(entry[..equals]), entry.ToArray());
            }
        }

        NativeLibrary.Free(library);
        return block;
    }
}
