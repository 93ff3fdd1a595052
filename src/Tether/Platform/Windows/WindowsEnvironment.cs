using System.Collections;
using System.Runtime.Versioning;

namespace Tether.Platform.Windows;

/// <summary>The environments that are passed on: a program's, and a keeper's, which gets next to nothing of its launcher's.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsEnvironment
{
    /// <summary>Parts of Windows do not load without it, cryptography and sockets among them.</summary>
    private const string Necessary = "SystemRoot";

    /// <summary>Where the system and the runtime are. Nothing of it can be a secret.</summary>
    private static readonly string[] KeepersOwn = [Necessary, "SystemDrive", "windir", "ProgramFiles"];

    /// <summary>
    /// The program's: the launcher's with the spec's changes. What starts from nothing still has SystemRoot, unless it is removed.
    /// </summary>
    /// <exception cref="ArgumentException">A name is empty or has '=' or NUL in it, or a value has NUL.</exception>
    internal static IReadOnlyList<byte[]> OfProgram(ProcessSpec spec)
    {
        Dictionary<string, string> variables = spec.InheritEnvironment ? Own(_ => true) : Own(name => IsOneOf([Necessary], name));
        if (spec.InheritEnvironment)
        {
            AddDirectoriesOfDrives(variables);
        }

        HashSet<string> changed = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string? value) in spec.Environment)
        {
            if (!changed.Add(name))
            {
                throw new ArgumentException(
                    $"ProcessSpec.Environment has '{name}' twice: Windows does not tell names apart by upper and lower case.");
            }

            if (name.Length == 0 || name.Contains('='))
            {
                throw new ArgumentException($"'{name}' cannot be the name of an environment variable: it is empty or contains '='.");
            }

            if (value is null)
            {
                variables.Remove(name);
            }
            else
            {
                variables[name] = value;
            }
        }

        return [.. variables.Select(variable => WideString.Encode(
            $"{variable.Key}={variable.Value}", $"The environment variable '{variable.Key}'"))];
    }

    /// <summary>A framework-dependent keeper has to find its runtime where the launcher's is.</summary>
    internal static IReadOnlyDictionary<string, string> OfKeeper() =>
        Own(name => IsOneOf(KeepersOwn, name) || name.StartsWith("DOTNET_ROOT", StringComparison.OrdinalIgnoreCase));

    /// <summary>The variables of a start request.</summary>
    internal static IReadOnlyDictionary<string, string> Decode(IReadOnlyList<byte[]> entries)
    {
        Dictionary<string, string> variables = new(StringComparer.OrdinalIgnoreCase);
        foreach (byte[] entry in entries)
        {
            string text = WideString.Decode(entry);
            // A name may begin with '=' (=C:, the directory of a drive).
            int equals = text.IndexOf('=', Math.Min(1, text.Length));
            variables[text[..equals]] = text[(equals + 1)..];
        }

        return variables;
    }

    private static Dictionary<string, string> Own(Func<string, bool> isWanted)
    {
        Dictionary<string, string> variables = new(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (isWanted((string)variable.Key))
            {
                variables[(string)variable.Key] = (string)variable.Value!;
            }
        }

        return variables;
    }

    /// <summary>
    /// "=C:" and the like, which .NET leaves out: where cmd.exe and the C runtime are on a drive that is not the current one.
    /// </summary>
    private static unsafe void AddDirectoriesOfDrives(Dictionary<string, string> variables)
    {
        char* block = Kernel32.GetEnvironmentStrings();
        for (char* next = block; next != null && *next != 0;)
        {
            string entry = new(next);
            int equals = entry.IndexOf('=', 1);
            if (entry[0] == '=' && equals > 0)
            {
                variables.TryAdd(entry[..equals], entry[(equals + 1)..]);
            }

            next += entry.Length + 1;
        }

        Kernel32.FreeEnvironmentStrings(block);
    }

    private static bool IsOneOf(string[] names, string name) => names.Contains(name, StringComparer.OrdinalIgnoreCase);
}
