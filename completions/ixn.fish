# Completion for fish: 'ixn --complete' knows options, values and live ids.
function __ixn_complete
    set -l words (commandline -opc)
    set -l name (basename $words[1])
    set -l word (commandline -ct)
    set -l found (ixn --complete $name $words[2..-1] "$word" 2>/dev/null)
    set -l before (string match -r -- '^--[^=]*=' "$word")
    if test (count $found) -eq 0
        __fish_complete_path "$word"
        return
    end
    for line in $found
        echo "$before$line"
    end
end
for name in @COMMANDS@
    complete -c $name -f -a '(__ixn_complete)'
end
