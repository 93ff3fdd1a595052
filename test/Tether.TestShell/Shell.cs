using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Tether.TestShell;

/// <summary>
/// sh -c TEXT [NAME [ARGUMENT]...]. Its commands run in its own process, so that 'exec sleep 1000' is the same process as in a real one;
/// what stands in parentheses or before an ampersand runs in a shell of its own.
/// </summary>
internal sealed partial class Shell
{
    private readonly Dictionary<string, string> _variables = [];
    private readonly string[] _arguments;
    private readonly string _name;
    private readonly Expansion _expansion;
    private readonly List<Process> _background = [];
    private readonly List<PosixSignalRegistration> _traps = [];
    private Files _files = Files.Standard();
    private int _last;

    private Shell(string name, string[] arguments)
    {
        _name = name;
        _arguments = arguments;
        _expansion = new(Variable, arguments);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            _variables[(string)variable.Key] = (string)variable.Value!;

        if (_variables.ContainsKey(Ignoring))
            Trap("", "TERM");
    }

    internal static int Run(string[] arguments)
    {
        if (arguments is not ["-c", var text, ..])
            throw new NotSupportedException("this shell has -c TEXT only.");

        Shell shell = new(arguments.Length > 2 ? arguments[2] : "sh", arguments.Length > 3 ? arguments[3..] : []);
        return shell.RunAll(new Parser(text).Read());
    }

    private int RunAll(Syntax syntax) => _last = syntax switch
    {
        Syntax.List list => list.Items.Aggregate(0, (_, item) => RunAll(item)),
        Syntax.And and => RunAll(and.Left) == 0 ? RunAll(and.Right) : _last,
        Syntax.Or or => RunAll(or.Left) != 0 ? RunAll(or.Right) : 0,
        Syntax.While loop => Loop(loop),
        Syntax.If condition => RunAll(condition.Condition) == 0 ? RunAll(condition.Then)
            : condition.Else is { } otherwise ? RunAll(otherwise)
            : 0,
        Syntax.Apart apart => Apart(apart),
        Syntax.Simple simple => Simple(simple),
        _ => throw new NotSupportedException(syntax.ToString()),
    };

    private int Loop(Syntax.While loop)
    {
        int code = 0;
        while (RunAll(loop.Condition) == 0)
            code = RunAll(loop.Body);

        return code;
    }

    private int Simple(Syntax.Simple command)
    {
        foreach ((string name, string word) in command.Assignments)
            _variables[name] = _expansion.Text(word);

        string[] words = [.. command.Words.SelectMany(_expansion.Words)];
        if (words.Length == 0)
            return 0;

        Files before = _files;
        _files = _files.Copy();
        Redirect(command.Redirections, isKept: words is ["exec", ..]);
        if (words is ["exec"])
            return 0;

        try
        {
            return words[0] == "exec" ? throw new ExitException(Command(words[1..])) : Command(words);
        }
        finally
        {
            foreach (Stream? opened in _files.Streams.Except(before.Streams))
                opened?.Dispose();

            _files = before;
        }
    }

    private int Command(string[] words)
    {
        switch (words)
        {
            case ["exit", .. var code]:
                throw new ExitException(code.Length > 0 ? int.Parse(code[0], CultureInfo.InvariantCulture) : _last);
            case ["cd", var directory]:
                Directory.SetCurrentDirectory(directory);
                return 0;
            case ["read", .. var names]:
                string? line = _files.ReadLine();
                _variables[names[^1]] = line ?? "";
                return line is null ? 1 : 0;
            case ["trap", var action, .. var signals]:
                foreach (string signal in signals)
                    Trap(action, signal);

                return 0;
            case ["kill", .. var rest]:
                return Kill(rest);
            case ["wait", ..]:
                foreach (Process process in _background)
                    process.WaitForExit();

                return _background.Count > 0 ? _background[^1].ExitCode : 0;
            default:
                return Commands.Find(words[0]) is { } own ? own(words[1..], _files) : Start(words[0], words[1..], isAwaited: true);
        }
    }

    private void Redirect(List<Syntax.Redirection> redirections, bool isKept)
    {
        foreach ((int number, string sign, string word) in redirections)
        {
            string target = _expansion.Text(word);
            Stream? stream = (sign, target) switch
            {
                (">&" or "<&", "-") => null,
                (">&" or "<&", _) => _files.Streams[int.Parse(target, CultureInfo.InvariantCulture)],
                (_, "/dev/null") => Stream.Null,
                ("<", _) => new RawFile(File.OpenHandle(target, FileMode.Open, FileAccess.Read, FileShare.ReadWrite)),
                (">", _) => new RawFile(File.OpenHandle(target, FileMode.Create, FileAccess.Write, FileShare.ReadWrite)),
                _ => throw new NotSupportedException($"{sign} {target}"),
            };
            if (isKept)
            {
                StandardHandles.Set(number, (stream as RawFile)?.Handle);
                _files.Streams[number]?.Dispose();
            }

            _files.Streams[number] = stream;
        }
    }

    private string Variable(string name) => name switch
    {
        "$" => Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
        "!" => _background[^1].Id.ToString(CultureInfo.InvariantCulture),
        "?" => _last.ToString(CultureInfo.InvariantCulture),
        "0" => _name,
        [>= '1' and <= '9' and var digit] => digit - '0' <= _arguments.Length ? _arguments[digit - '1'] : "",
        _ => _variables.GetValueOrDefault(name, ""),
    };
}
