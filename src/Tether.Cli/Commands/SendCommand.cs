using System.CommandLine;
using Tether.Cli.Attaching;
using Tether.Platform.Linux;

namespace Tether.Cli.Commands;

internal sealed class SendCommand : TetherCommand
{
    private readonly Argument<string> _name = NameArgument();
    private readonly Argument<string[]> _text = new("TEXT") { Description = "What to send: joined by spaces, with a newline at the end. Without it, this stdin is copied byte for byte.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> _noNewline = new("--no-newline", "-n") { Description = "Send TEXT without a newline." };
    private readonly Option<bool> _eof = new("--eof") { Description = "Close the program's stdin after it: the program reads end of file." };

    public SendCommand()
        : base("send", "Write to a program's stdin.")
    {
        Arguments.Add(_name);
        Arguments.Add(_text);
        Options.Add(_noNewline);
        Options.Add(_eof);
    }

    internal override string Group => Groups.Control;

    internal override string Synopsis => "NAME [TEXT]... [-n] [--eof]";

    internal override string Details => "Returns when the program's pipe has taken all of it. TEXT that starts with '-' goes behind '--'.";

    internal override IReadOnlyList<(string Line, string Meaning)> Examples =>
    [
        ("tether send console save-all", "Send a line."),
        ("tether send encoder --eof < frames.raw", "Send a file, whatever is in it, and close the program's stdin."),
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        TetheredProcess process = await TetheredProcess.AttachAsync(arguments.GetRequiredValue(_name), cancellationToken).ConfigureAwait(false);
        await using (process.ConfigureAwait(false))
        {
            try
            {
                await SendAsync(process, arguments, cancellationToken).ConfigureAwait(false);
                return ExitCode.Success;
            }
            catch (InputClosedException error) when (process.GetRecord().State is ProcessState.Exited)
            {
                Message.Write($"{error.Message} It has ended: 'tether show {process.Name}' says how.");
                return ExitCode.Failure;
            }
        }
    }

    private async Task SendAsync(TetheredProcess process, ParseResult arguments, CancellationToken cancellationToken)
    {
        ProcessInputStream input = process.StandardInput;
        string[] text = arguments.GetValue(_text) ?? [];
        if (text.Length > 0)
        {
            string line = string.Join(' ', text) + (arguments.GetValue(_noNewline) ? "" : "\n");
            Task sent = input.WriteAsync(ByteString.Encode(line, "TEXT"), cancellationToken).AsTask();
            await Patience.WaitAsync(sent, Waiting(process)).ConfigureAwait(false);
        }
        else
        {
            await InputCopy.CopyAsync(input).ConfigureAwait(false);
        }

        await Patience.WaitAsync(input.FlushAsync(cancellationToken), Waiting(process)).ConfigureAwait(false);
        if (arguments.GetValue(_eof))
        {
            await input.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static string Waiting(TetheredProcess process) => $"waiting for '{process.Name}' to read its input";
}
