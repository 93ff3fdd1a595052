using System.Globalization;
using System.Text;

namespace Tether.TestProgram;

/// <summary>Writes the numbers from 0 on, one line of ten bytes each, to stdout.</summary>
internal static class LinesBehavior
{
    private const int LinesPerWrite = 100;

    internal static int Run(long count)
    {
        using Stream output = Console.OpenStandardOutput();
        StringBuilder lines = new();
        for (long number = 0; number < count; number++)
        {
            lines.Append(CultureInfo.InvariantCulture, $"{number:000000000}\n");
            if ((number + 1) % LinesPerWrite == 0 || number + 1 == count)
            {
                output.Write(Encoding.ASCII.GetBytes(lines.ToString()));
                lines.Clear();
            }
        }

        return 0;
    }
}
