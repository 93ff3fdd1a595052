using Tether.Cli.Commands;

namespace Tether.Cli.Completion;

/// <summary>
/// The scripts know nothing of commands: they ask the tool itself (<see cref="CompleteCommand"/>), so they never go stale. A candidate that
/// starts with ":" says what kind of word the shell shall complete by itself.
/// </summary>
internal static class CompletionScripts
{
    internal static IReadOnlyList<string> Shells { get; } = ["bash", "zsh", "powershell"];

    internal static string Of(string shell) => shell switch { "bash" => Bash, "zsh" => Zsh, _ => PowerShell };

    private const string Bash = $$"""
        # bash completion of tether. In ~/.bashrc: source <(tether completion bash)
        _tether() {
            local IFS=$'\n' word="${COMP_WORDS[COMP_CWORD]}" candidate
            COMPREPLY=()
            for candidate in $("${COMP_WORDS[0]}" {{CompleteCommand.CommandName}} -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null); do
                case $candidate in
                    {{Candidates.Commands}}) COMPREPLY+=($(compgen -c -- "$word")) ;;
                    {{Candidates.Directories}}) compopt -o filenames 2>/dev/null; COMPREPLY+=($(compgen -d -- "$word")) ;;
                    {{Candidates.Files}}) compopt -o filenames 2>/dev/null; COMPREPLY+=($(compgen -f -- "$word")) ;;
                    *) COMPREPLY+=("$candidate") ;;
                esac
            done
        }
        complete -F _tether tether

        """;

    private const string Zsh = $$"""
        #compdef tether
        # zsh completion of tether. In ~/.zshrc, after compinit: source <(tether completion zsh)
        _tether() {
            local -a candidates
            local candidate
            for candidate in ${(f)"$("${words[1]}" {{CompleteCommand.CommandName}} -- "${(@)words[2,CURRENT]}" 2>/dev/null)"}; do
                case $candidate in
                    {{Candidates.Commands}}) _command_names -e ;;
                    {{Candidates.Directories}}) _files -/ ;;
                    {{Candidates.Files}}) _files ;;
                    *) candidates+=("$candidate") ;;
                esac
            done
            if (( $#candidates )); then
                compadd -- "${candidates[@]}"
            fi
        }
        if (( $+functions[compdef] )); then
            compdef _tether tether
        fi

        """;

    /// <summary>
    /// Windows PowerShell loses an empty argument, so the word at the cursor goes behind a "=". Without a candidate PowerShell completes files.
    /// </summary>
    private const string PowerShell = $$"""
        # PowerShell completion of tether. In $PROFILE: tether completion powershell | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName tether, tether.exe -ScriptBlock {
            param($word, $ast, $cursor)
            $before = @($ast.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursor } | ForEach-Object { "$_" })
            & "$($ast.CommandElements[0])" {{CompleteCommand.CommandName}} --word "=$word" -- $before 2>$null | ForEach-Object {
                switch ($_) {
                    '{{Candidates.Commands}}' { (Get-Command -Name "$word*" -CommandType Application).Name }
                    '{{Candidates.Directories}}' { (Get-ChildItem -Path "$word*" -Directory).Name }
                    '{{Candidates.Files}}' { }
                    default { $_ }
                }
            }
        }

        """;
}
