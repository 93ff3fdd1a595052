namespace Tether.Platform.Windows;

/// <summary>
/// Which file a program's name stands for: PATH and PATHEXT, in their order. Never the current directory, where CreateProcess would look
/// before PATH: what lies there by chance is not what was asked for.
/// </summary>
/// <param name="path">The value of PATH.</param>
/// <param name="pathExtensions">The value of PATHEXT.</param>
/// <param name="isFile">Whether there is such a file.</param>
internal sealed class WindowsProgramLookup(string? path, string? pathExtensions, Func<string, bool> isFile)
{
    private const string DefaultExtensions = ".COM;.EXE;.BAT;.CMD";

    /// <summary>The file, or null when there is none.</summary>
    /// <param name="program">A name, or a path with a directory in it.</param>
    /// <param name="currentDirectory">Where a relative path begins.</param>
    internal string? Find(string program, string currentDirectory)
    {
        if (program.Length == 0 || program.Contains('\0'))
            return null;

        if (HasDirectory(program))
            return Candidates(Resolve(program, currentDirectory)).FirstOrDefault(isFile);

        return (path ?? "").Split(';')
            .Select(directory => directory.Trim().Trim('"'))
            .Where(IsRooted)
            .SelectMany(directory => Candidates(Join(directory, program)))
            .FirstOrDefault(isFile);
    }

    /// <summary>
    /// A name with an extension that can be run stands for itself; else each extension is tried, and the bare name never is.
    /// </summary>
    private IEnumerable<string> Candidates(string file)
    {
        string[] extensions = [.. (pathExtensions is { Length: > 0 } ? pathExtensions : DefaultExtensions)
            .Split(';').Select(extension => extension.Trim()).Where(extension => extension.StartsWith('.') && extension.Length > 1)];
        string name = file[(file.LastIndexOfAny(['\\', '/']) + 1)..];
        bool isComplete = name.Contains('.') && (extensions.Any(extension => name.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
            || name.EndsWith(".exe", StringComparison.OrdinalIgnoreCase));
        if (isComplete)
            yield return file;

        foreach (string extension in extensions)
            yield return file + extension;

        // A program may have any name, as long as its path was given: worker.bin is one.
        if (!isComplete && name.Contains('.'))
            yield return file;
    }

    private static bool HasDirectory(string program) => program.AsSpan().IndexOfAny('\\', '/', ':') >= 0;

    internal static bool IsRooted(string directory) =>
        directory.StartsWith(@"\\", StringComparison.Ordinal) || (directory.Length > 2 && directory[1] == ':' && (directory[2] is '\\' or '/'));

    private static string Join(string directory, string name) =>
        directory[^1] is '\\' or '/' ? directory + name : $@"{directory}\{name}";

    /// <summary>A path with \\?\ in front is taken letter by letter, so nothing of it is changed.</summary>
    private static string Resolve(string program, string currentDirectory)
    {
        if (program.StartsWith(@"\\", StringComparison.Ordinal) || IsRooted(program))
            return program;

        if (program[0] is '\\' or '/')
            return currentDirectory[..2] + program;

        // C:name is relative to a directory that each drive has of its own, which nobody means.
        return program.Length > 1 && program[1] == ':' ? program : Join(currentDirectory, program);
    }
}
