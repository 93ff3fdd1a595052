using System.Text;

namespace Tether.Cli;

/// <summary>What Tether itself says to a person: one line on stderr that starts with "tether: ".</summary>
internal static class Message
{
    internal static void Write(string text)
    {
        try
        {
            StandardStreams.WriteText(StandardStreams.Error, $"tether: {OneLine(text)}\n");
        }
        catch (IOException)
        {
            // There is nobody left to tell that stderr is gone; the exit code still says what happened.
        }
    }

    internal static void Write(Exception error) => Write(TextOf(error));

    /// <summary>The message without what .NET appends for programmers: " (Parameter 'x')" and the actual value.</summary>
    internal static string TextOf(Exception error) =>
        error is ArgumentException { ParamName: not null } && error.Message.IndexOf(" (Parameter '", StringComparison.Ordinal) is > 0 and var end
            ? error.Message[..end]
            : error.Message;

    internal static void WriteGap(OutputStream stream, long missed) =>
        Write($"{missed} {(missed == 1 ? "byte" : "bytes")} of {StandardStreams.NameOf(stream)} {(missed == 1 ? "was" : "were")} dropped before {(missed == 1 ? "it was" : "they were")} read");

    private static string OneLine(string text)
    {
        StringBuilder line = new(text.Length);
        foreach (char c in text)
        {
            if (!char.IsControl(c))
            {
                line.Append(c);
            }
            else if (line.Length > 0 && line[^1] != ' ')
            {
                line.Append(' ');
            }
        }

        return line.ToString().TrimEnd();
    }
}
