namespace Tether.Platform.Windows;

/// <summary>
/// The named pipe that a server's name stands for, as QLocalServer makes it: <c>\\.\pipe\name</c>. There is one space of names for the
/// whole
/// machine, so every <see cref="LocalNamespace"/> is that one.
/// </summary>
internal static class PipeName
{
    internal const string Prefix = @"\\.\pipe\";

    /// <summary>What CreateNamedPipe takes, the prefix included.</summary>
    private const int Longest = 256;

    /// <exception cref="LocalSocketException">The name is invalid, or too long.</exception>
    internal static string Of(string name)
    {
        string pipe = name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? name[Prefix.Length..] : name;
        if (pipe.Length == 0)
            throw Invalid(name, "it is empty. Give the server a name");

        if (pipe.Contains('\0'))
            throw Invalid(name.Replace("\0", "\\0"), "it contains a NUL character. Leave it out");

        if (pipe.Contains('\\') || pipe.Contains('/'))
            throw Invalid(name, $@"it contains a slash. Use a name without one, or '{Prefix}' and such a name");

        // Windows drops them without a word, and the name would be another one.
        if (pipe[^1] is '.' or ' ')
            throw Invalid(name, $"it ends with '{pipe[^1]}', which Windows drops. Leave it out");

        string fullName = Prefix + pipe;
        return fullName.Length <= Longest
            ? fullName
            : throw new LocalSocketException(LocalSocketError.NameTooLong,
                $"The pipe's name '{fullName}' has {fullName.Length} characters, and Windows takes {Longest}. Use a shorter name.");
    }

    private static LocalSocketException Invalid(string name, string reason) =>
        new(LocalSocketError.NameInvalid, $"'{name}' is not a valid name of a local server: {reason}.");
}
