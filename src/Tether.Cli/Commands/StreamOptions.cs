using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Runtime.InteropServices;
using Tether.Cli.Platform;

namespace Tether.Cli.Commands;

/// <summary>The options of <c>run</c> that say what the program's descriptors are, when the keeper does not keep them.</summary>
internal sealed class StreamOptions
{
    private const string Own = "-";

    private readonly Option<string> _input = new("--stdin")
    {
        HelpName = "FILE",
        Description = "Read its stdin from FILE, or from this command's own stdin (-), past Tether.",
    };

    private readonly Option<string> _output = new("--stdout")
    {
        HelpName = "FILE",
        Description = "Write its stdout to FILE, made or emptied, or to this command's own stdout (-), past Tether. "
            + "With - the name is not printed.",
    };

    private readonly Option<string> _error = new("--stderr") { HelpName = "FILE", Description = "The same for its stderr." };
    private readonly Option<bool> _append = new("--append") { Description = "Write at the end of these files instead of emptying them." };
    private readonly Option<bool> _merge = new("--merge")
    {
        Description = "Write its stderr to where its stdout goes, in the exact order.",
    };

    private readonly Option<string[]> _descriptors = new("--fd")
    {
        HelpName = "N[=M]",
        Description = "Pass on this command's descriptor M (N by default) as its descriptor N; may be given several times.",
    };

    internal IEnumerable<Option> All => [_input, _output, _error, _append, _merge, _descriptors];

    internal void Validate(CommandResult result)
    {
        if (result.GetValue(_merge) && result.GetValue(_error) is not null)
        {
            result.AddError("--merge cannot be combined with --stderr: stderr goes to one place");
        }

        if (result.GetValue(_append) && !IsFile(result.GetValue(_output)) && !IsFile(result.GetValue(_error)))
        {
            result.AddError("--append needs --stdout FILE or --stderr FILE");
        }
    }

    /// <summary>Whether this command's stdout becomes the program's.</summary>
    internal bool GivesOutputAway(CommandResult result) => result.GetValue(_output) == Own;

    internal ProcessSpec AddTo(ParseResult arguments, ProcessSpec spec)
    {
        bool append = arguments.GetValue(_append);
        return spec with
        {
            StandardInput = Stream(arguments.GetValue(_input), ProcessStream.FromFile),
            StandardOutput = Stream(arguments.GetValue(_output), path => ProcessStream.ToFile(path, append)),
            StandardError = arguments.GetValue(_merge)
                ? ProcessStream.MergeIntoStandardOutput
                : Stream(arguments.GetValue(_error), path => ProcessStream.ToFile(path, append)),
            InheritedDescriptors = Descriptors(arguments.GetValue(_descriptors) ?? []),
        };
    }

    private static bool IsFile(string? value) => value is not (null or Own) && !ConsolePlatform.Current.IsNullDevice(value);

    private static ProcessStream Stream(string? value, Func<string, ProcessStream> ofFile) => value switch
    {
        null => ProcessStream.Kept,
        Own => ProcessStream.Forward,
        _ when ConsolePlatform.Current.IsNullDevice(value) => ProcessStream.Null,
        _ => ofFile(value),
    };

    private static Dictionary<int, SafeHandle> Descriptors(string[] values)
    {
        Dictionary<int, SafeHandle> descriptors = [];
        foreach (string value in values)
        {
            string[] parts = value.Split('=');
            if (parts.Length > 2 || !TryNumber(parts[0], out int number) || !TryNumber(parts[^1], out int source))
            {
                throw new ArgumentException($"'{value}' names no descriptor: use --fd N, or --fd N=M.");
            }

            if (!descriptors.TryAdd(number, ConsolePlatform.Current.OpenPassedDescriptor(source)))
            {
                throw new ArgumentException($"Descriptor {number} is passed on twice.");
            }
        }

        return descriptors;
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
