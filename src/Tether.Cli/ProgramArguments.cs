namespace Tether.Cli;

/// <summary>
/// Everything after <c>run</c>'s PROGRAM belongs to the program, whatever it looks like: "--" is put before PROGRAM where the user left it
/// out, so that no option of the program is taken for one of <c>run</c>.
/// </summary>
internal static class ProgramArguments
{
    /// <summary><c>run</c>'s options that take a value, which is not PROGRAM.</summary>
    private static readonly string[] ValueOptions = ["-n", "--name", "-C", "--directory", "-e", "--env", "--window", "--when-full", "--grace", "--stdin", "--stdout", "--stderr", "--fd", .. Commands.UnixOptions.ValueNames];

    internal static string[] Separate(string[] arguments)
    {
        if (arguments is not ["run", ..])
        {
            return arguments;
        }

        int i = 1;
        while (i < arguments.Length && arguments[i] is ['-', _, ..] option)
        {
            if (option == "--")
            {
                return arguments;
            }

            i += TakesNext(option) ? 2 : 1;
        }

        return i < arguments.Length ? [.. arguments[..i], "--", .. arguments[i..]] : arguments;
    }

    /// <summary>Also for a bundle such as <c>-an NAME</c>, whose last letter takes the value.</summary>
    private static bool TakesNext(string option) =>
        ValueOptions.Contains(option) || (option[1] != '-' && option.Length > 2 && option[1] == 'a' && ValueOptions.Contains("-" + option[^1]));
}
