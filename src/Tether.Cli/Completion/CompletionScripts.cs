using Tether.Cli.Commands;

namespace Tether.Cli.Completion;

/// <summary>
/// The scripts know nothing of commands: they ask the tool itself (<see cref="CompleteCommand"/>), so they never go stale. A candidate that
/// starts with ":" says what kind of word the shell shall complete by itself.
/// </summary>
internal static class CompletionScripts
{
    internal const string Bash = $$"""
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

    internal const string Zsh = $$"""
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
}
