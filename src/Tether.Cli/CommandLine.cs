using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Tether.Cli.Commands;
using Tether.Cli.Help;
using Tether.Cli.Output;
using Tether.Cli.Platform;
using Tether.Cli.Formatting;

namespace Tether.Cli;

/// <summary>From the arguments to a command's exit code. Every failure leaves as one line on stderr and an exit code.</summary>
internal static class CommandLine
{
    internal static async Task<int> RunAsync(string[] args)
    {
        string[] arguments = ProgramArguments.Separate(ConsolePlatform.Current.Arguments(args));
        int failure = arguments switch
        {
            ["run", ..] => ExitCode.RunFailed,
            // 1 is an answer of theirs.
            ["doctor" or "who", ..] => ExitCode.CouldNotLook,
            _ => ExitCode.Failure,
        };
        try
        {
            StandardStreams.Secure();
            ParseResult result = new TetherRoot(arguments.FirstOrDefault()).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
            string? unknown = result.Action is ShowHelpAction ? null : UnknownOption(result);
            if (unknown is not null || result.Action is null or ParseErrorAction)
            {
                return Refuse(result, unknown);
            }

            InvocationConfiguration configuration = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await result.InvokeAsync(configuration).ConfigureAwait(false);
        }
        catch (BrokenPipeException)
        {
            return ExitCode.BrokenPipe;
        }
        catch (ProcessStartException error)
        {
            Message.Write(error);
            return ExitCode.Of(error);
        }
        catch (ArgumentException error)
        {
            // A value that the library refuses before it does anything: a name, a signal, a window.
            Message.Write(error);
            return ExitCode.Usage;
        }
        catch (Exception error) when (error is TetherException or IOException or UnauthorizedAccessException or InvalidOperationException or PlatformNotSupportedException)
        {
            Message.Write(error);
            return failure;
        }
        catch (Exception error)
        {
            // A person gets no stack trace, whatever went wrong.
            Message.Write($"unexpected error, please report it: {error.GetType().Name}: {error.Message}");
            return failure;
        }
    }

    private static int Refuse(ParseResult result, string? unknownOption)
    {
        if (result.CommandResult.Command is TetherRoot root && result.Tokens.Count == 0)
        {
            StandardStreams.WriteText(StandardStreams.Error, HelpText.OfRoot(root));
            return ExitCode.Usage;
        }

        bool isRoot = result.CommandResult.Command is TetherRoot;
        string problem = unknownOption is not null ? $"there is no option '{unknownOption}'"
            : isRoot && result.UnmatchedTokens.Count > 0 ? $"there is no command '{result.UnmatchedTokens[0]}'"
            : result.Errors.Count > 0 ? Problem(result.Errors[0])
            : "the command is missing";
        Message.Write($"{problem}. 'tether {(isRoot ? "" : result.CommandResult.Command.Name + " ")}--help' shows the usage.");
        return ExitCode.Usage;
    }

    /// <summary>The library's message names neither the missing argument nor the option whose value is wrong.</summary>
    private static string Problem(ParseError error)
    {
        string message = error.Message.TrimEnd('.');
        OptionResult? option = error.SymbolResult as OptionResult ?? error.SymbolResult?.Parent as OptionResult;
        return option is { Tokens.Count: 0 } ? $"{option.IdentifierToken?.Value ?? option.Option.Name} needs a value: {option.Option.HelpName}"
            : option is not null ? $"{option.Option.Name}: {message}"
            : error.SymbolResult is ArgumentResult { Tokens.Count: 0 } argument ? $"{argument.Argument.Name} is missing"
            : message;
    }

    /// <summary>The library takes what looks like an option and is none for an argument: a mistyped option would be sent, or started.</summary>
    private static string? UnknownOption(ParseResult result)
    {
        Token? before = null;
        foreach (Token token in result.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash))
        {
            if (token is { Type: TokenType.Argument, Value: ['-', _, ..] } && !(before?.Type == TokenType.Option && TakesValue(result.CommandResult.Command, before.Value)))
            {
                return token.Value;
            }

            before = token;
        }

        return null;
    }

    private static bool TakesValue(Command command, string name) =>
        command.Options.Any(option => option.HelpName is not null && (option.Name == name || option.Aliases.Contains(name)));
}
