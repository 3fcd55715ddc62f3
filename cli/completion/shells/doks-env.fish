# doks-env's completion for fish: doks-env completion fish > ~/.config/fish/completions/doks-env.fish

function __doks_env_complete
    set -l words (commandline --current-process --tokenize --cut-at-cursor)
    set -l current (commandline --current-token --cut-at-cursor)
    set -l program (string replace --regex '^~/' "$HOME/" -- $words[1])
    set -e words[1]
    for line in ($program __complete $words "$current" 2>/dev/null)
        if test "$line" = :folders
            set -l before (string match --regex '^-[^=]*=' -- $current)
            set -l folder (string replace --regex '^-[^=]*=' '' -- $current)
            for found in (__fish_complete_directories "$folder")
                echo "$before$found"
            end
        else
            echo $line
        end
    end
end

complete --command doks-env --no-files --arguments '(__doks_env_complete)'
