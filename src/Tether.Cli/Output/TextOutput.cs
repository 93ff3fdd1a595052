using System.Text;
using Spectre.Console;

namespace Tether.Cli.Output;

/// <summary>A text that Spectre.Console writes to. Its own output asks <see cref="Console"/>, which changes the terminal's modes.</summary>
internal sealed class TextOutput(TextWriter writer, int width) : IAnsiConsoleOutput
{
    public TextWriter Writer { get; } = writer;

    public bool IsTerminal => true;

    public int Width { get; } = width;

    public int Height => 24;

    public void SetEncoding(Encoding encoding)
    {
    }
}
