using System.CommandLine.Parsing;
using System.Globalization;

namespace Tether.Cli.Formatting;

/// <summary>A process that an argument names by its number.</summary>
internal static class ProcessNumber
{
    internal static int? Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && pid > 0)
        {
            return pid;
        }

        result.AddError($"'{text}' is no PID: use the number of a process, as 'tether ps' or 'ps -e' lists it");
        return null;
    }
}
