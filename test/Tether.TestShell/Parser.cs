using System.Text.RegularExpressions;

namespace Tether.TestShell;

/// <summary>Reads the part of sh(1)'s language that the tests use; anything else is refused.</summary>
internal sealed partial class Parser(string text)
{
    private static readonly string[] Closers = ["do", "done", "then", "else", "fi"];
    private int _at;

    internal Syntax Read()
    {
        Syntax all = ReadList();
        return _at == text.Length ? all : throw Unexpected();
    }

    private Syntax.List ReadList()
    {
        List<Syntax> items = [];
        while (true)
        {
            SkipBlanks(andSeparators: true);
            if (_at == text.Length || text[_at] == ')' || Closers.Contains(PeekWord()))
            {
                return new Syntax.List(items);
            }

            int start = _at;
            Syntax item = ReadAndOr();
            SkipBlanks(andSeparators: false);
            if (_at < text.Length && text[_at] == '&')
            {
                item = new Syntax.Apart(text[start.._at], IsAwaited: false);
                _at++;
            }

            items.Add(item);
        }
    }

    private Syntax ReadAndOr()
    {
        Syntax left = ReadCommand();
        while (true)
        {
            SkipBlanks(andSeparators: false);
            if (Take("&&"))
                left = new Syntax.And(left, ReadCommand());
            else if (Take("||"))
                left = new Syntax.Or(left, ReadCommand());
            else
                return left;
        }
    }

    private Syntax ReadCommand()
    {
        SkipBlanks(andSeparators: true);
        if (Take("("))
        {
            int start = _at;
            _ = ReadList();
            int end = _at;
            return Take(")") ? new Syntax.Apart(text[start..end], IsAwaited: true) : throw Unexpected();
        }

        switch (PeekWord())
        {
            case "while":
                _at += 5;
                Syntax condition = ReadList();
                Expect("do");
                Syntax body = ReadList();
                Expect("done");
                return new Syntax.While(condition, body);
            case "if":
                _at += 2;
                Syntax question = ReadList();
                Expect("then");
                Syntax then = ReadList();
                Syntax? otherwise = null;
                if (PeekWord() == "else")
                {
                    _at += 4;
                    otherwise = ReadList();
                }

                Expect("fi");
                return new Syntax.If(question, then, otherwise);
            default:
                return ReadSimple();
        }
    }

    private Syntax.Simple ReadSimple()
    {
        Syntax.Simple command = new([], [], []);
        while (true)
        {
            SkipBlanks(andSeparators: false);
            Match redirection = Redirection().Match(text, _at);
            if (redirection.Success)
            {
                _at += redirection.Length;
                SkipBlanks(andSeparators: false);
                string sign = redirection.Groups[2].Value;
                int number = redirection.Groups[1].Length > 0 ? int.Parse(redirection.Groups[1].Value) : sign[0] == '<' ? 0 : 1;
                command.Redirections.Add(new(number, sign, ReadWord()));
            }
            else if (_at == text.Length || text[_at] is ';' or '&' or '|' or ')' or '\n')
            {
                return command.Words.Count + command.Assignments.Count + command.Redirections.Count > 0 ? command : throw Unexpected();
            }
            else
            {
                string word = ReadWord();
                Match assignment = Assignment().Match(word);
                if (assignment.Success && command.Words.Count == 0)
                    command.Assignments.Add((assignment.Groups[1].Value, word[assignment.Length..]));
                else
                    command.Words.Add(word);
            }
        }
    }

    /// <summary>A word as it is written: quotes and dollars are for <see cref="Expansion"/>.</summary>
    private string ReadWord()
    {
        int start = _at;
        while (_at < text.Length && text[_at] is not (' ' or '\t' or '\n' or ';' or '&' or '|' or '<' or '>' or '(' or ')'))
            _at = Expansion.EndOfPart(text, _at);

        return _at > start ? text[start.._at] : throw Unexpected();
    }

    private string PeekWord() => Word().Match(text, _at).Value;

    private void Expect(string word)
    {
        SkipBlanks(andSeparators: true);
        if (PeekWord() != word)
            throw Unexpected();

        _at += word.Length;
    }

    private bool Take(string sign)
    {
        bool isThere = string.CompareOrdinal(text, _at, sign, 0, sign.Length) == 0;
        _at += isThere ? sign.Length : 0;
        return isThere;
    }

    private void SkipBlanks(bool andSeparators)
    {
        while (_at < text.Length && (text[_at] is ' ' or '\t' || (andSeparators && text[_at] is ';' or '\n')))
            _at++;
    }

    private NotSupportedException Unexpected() => new($"this shell cannot read '{text}' from character {_at} on.");

    [GeneratedRegex(@"\G([0-9]?)(>>|>&|<&|>|<)")]
    private static partial Regex Redirection();

    [GeneratedRegex(@"^([A-Za-z_][A-Za-z_0-9]*)=")]
    private static partial Regex Assignment();

    [GeneratedRegex(@"\G[a-z]+(?![^\s;)])")]
    private static partial Regex Word();
}
