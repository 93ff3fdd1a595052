using System.Runtime.InteropServices;
using System.Text;

namespace Tether.Platform.Windows;

/// <summary>An environment as CreateProcess takes it.</summary>
internal static class EnvironmentText
{
    /// <summary>
    /// The variables, sorted by their names without regard to case, as Windows wants it, and ended by an empty string; null for null.
    /// Variables for handles are added.
    /// </summary>
    /// <exception cref="ArgumentException">A variable cannot be passed on, or there twice.</exception>
    internal static string? Block(
        IReadOnlyDictionary<string, string>? variables, IReadOnlyList<string> handleVariables, IReadOnlyList<SafeHandle> handles)
    {
        if (variables is null && handleVariables.Count == 0)
            return null;

        IEnumerable<KeyValuePair<string, string>> all = variables
            ?? throw new ArgumentException("Variables for handles need an environment that they can be added to.");
        // A program reads them as numbers of its own: the value is the same there as here.
        IEnumerable<KeyValuePair<string, string>> ofHandles =
            handleVariables.Select((name, i) => KeyValuePair.Create(name, handles[i].DangerousGetHandle().ToString()));
        Dictionary<string, string> distinct = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string value) in all.Concat(ofHandles))
        {
            // A name may begin with '=' (=C:, the directory of a drive), and have none after that.
            if (name.Length == 0 || name.IndexOf('=', 1) >= 0 || name.Contains('\0') || value.Contains('\0'))
            {
                throw new ArgumentException(
                    $"The environment variable '{name.Replace("\0", "\\0")}' has no name, or a '=' or NUL character where none can be.");
            }

            if (!distinct.TryAdd(name, value))
            {
                throw new ArgumentException(
                    $"The environment variable '{name}' is there twice: Windows does not tell names apart by upper and lower case.");
            }
        }

        StringBuilder block = new();
        foreach ((string name, string value) in distinct.OrderBy(variable => variable.Key, StringComparer.OrdinalIgnoreCase))
            block.Append(name).Append('=').Append(value).Append('\0');

        // An empty environment is two NULs; the text is given one more behind it.
        return distinct.Count == 0 ? "\0" : block.ToString();
    }
}
