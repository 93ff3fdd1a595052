using Tether.Platform;

namespace Tether.Records;

/// <summary>The form of a record's name: it is a directory's name, an argument of the command line and part of a socket's path.</summary>
internal static class RecordName
{
    internal const int MaximumLength = 64;

    internal static bool IsValid(string name) => Problem(name) is null;

    /// <exception cref="ArgumentException">The name is not of the form; the message says where and what is.</exception>
    internal static void Validate(string name)
    {
        if (Problem(name) is { } problem)
        {
            throw new ArgumentException($"The name '{name}' cannot be used: {problem}. A name has 1 to {MaximumLength} of A-Z a-z 0-9 . _ - and starts with a letter or digit.", nameof(name));
        }
    }

    /// <summary>
    /// A name for a program that was given none: its file name, as far as a name can hold it, and six random characters. They tell names
    /// apart and are no secret; a cryptographic generator would load its library into every launcher.
    /// </summary>
    internal static string Generate(string program)
    {
        string file = Path.GetFileName(program);
        file = file.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) ? file[..^4] : file;
        string stem = string.Concat(file.Where(IsAllowed).SkipWhile(c => !char.IsAsciiLetterOrDigit(c)).Take(MaximumLength - 7));
        return (stem.Length == 0 ? "program" : stem) + "-" + new string(Random.Shared.GetItems<char>("abcdefghijkmnpqrstuvwxyz23456789", 6));
    }

    private static string? Problem(string name)
    {
        if (name.Length == 0)
        {
            return "it is empty";
        }

        if (name.Length > MaximumLength)
        {
            return $"it has {name.Length} characters";
        }

        if (!char.IsAsciiLetterOrDigit(name[0]))
        {
            return $"it starts with '{name[0]}'";
        }

        foreach (char c in name)
        {
            if (!IsAllowed(c))
            {
                return $"it contains '{c}'";
            }
        }

        return HostPlatform.Current.NameProblem(name);
    }

    private static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-';
}
