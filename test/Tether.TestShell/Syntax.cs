namespace Tether.TestShell;

/// <summary>A command as it was read.</summary>
internal abstract record Syntax
{
    /// <summary>Words before a command's own are assignments; then come the command and its arguments.</summary>
    internal sealed record Simple(
        List<(string Name, string Word)> Assignments, List<string> Words, List<Redirection> Redirections) : Syntax;

    internal sealed record List(List<Syntax> Items) : Syntax;

    internal sealed record And(Syntax Left, Syntax Right) : Syntax;

    internal sealed record Or(Syntax Left, Syntax Right) : Syntax;

    internal sealed record While(Syntax Condition, Syntax Body) : Syntax;

    internal sealed record If(Syntax Condition, Syntax Then, Syntax? Else) : Syntax;

    /// <summary>A command in parentheses, or one with an ampersand behind it: another shell runs its text.</summary>
    internal sealed record Apart(string Text, bool IsAwaited) : Syntax;

    /// <summary>Of descriptor <see cref="Number"/>: to a file, to another descriptor, or closed.</summary>
    internal sealed record Redirection(int Number, string Operator, string Target);
}
