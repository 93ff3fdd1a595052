using System.Runtime.Versioning;
using Tether.Platform.Linux;

namespace Tether.Cli.Platform.Linux;

/// <summary>
/// The arguments as the kernel has them (proc_pid_cmdline(5)). .NET decodes them as UTF-8 and loses every byte that is none, and a file
/// name may hold any.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class RawArguments
{
    /// <summary>The same arguments with such bytes as <see cref="ByteString"/> writes them.</summary>
    internal static string[] Read(string[] decoded)
    {
        // U+FFFD is what .NET puts for them: without one there is nothing to repair, and no file to read.
        if (!Array.Exists(decoded, argument => argument.Contains('\uFFFD')))
        {
            return decoded;
        }

        ReadOnlySpan<byte> block = File.ReadAllBytes("/proc/self/cmdline");
        List<string> all = [];
        while (block.IndexOf((byte)0) is >= 0 and var end)
        {
            all.Add(ByteString.Decode(block[..end]));
            block = block[(end + 1)..];
        }

        // Before them stand the executable and, in the framework-dependent form, what the runtime's host was given.
        return all.Count > decoded.Length
            ? [.. all[^decoded.Length..]]
            : throw new IOException($"/proc/self/cmdline has {all.Count} strings, and this process was given {decoded.Length} arguments.");
    }
}
