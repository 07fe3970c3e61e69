#!/bin/sh
# Options and operands: how they are read, and what a mistyped one is answered with.
. "$(dirname "$0")/lib.sh"

site='{"agents":[{"name":"alice","media":["chat"],"capacity":{"chat":3}}],"queues":[{"name":"q"}]}'
echo "$site" >site.json
ok ixn-setup --load site.json
ok agent-login alice
id=$(ixn-create --queue q --ids)

ok ixn-list --version
is "$out" "ixn-list (ixn-tools) $(cat "$top/VERSION")" '--version'
ok ixn accept --version
is "$out" "ixn-accept (ixn-tools) $(cat "$top/VERSION")" 'ixn accept is ixn-accept'
ok ixn
like "$out" '^  ixn-accept +takes an offer' 'ixn lists the commands'
ok ixn help chat-send
like "$out" '^Usage: chat-send' 'ixn help COMMAND'
ok ixn-show -h
like "$(echo "$out" | sed -n 3,4p)" 'Examples:' '--help begins with examples'

status 64 ixn acept
like "$err" "no command 'acept'" 'an unknown command'
like "$err" 'did you mean accept\?' 'and the nearest'
status 64 ixn frobnicate
unlike "$err" 'did you mean' 'where none is near, none is named'
status 64 ixn-list --offesr
like "$err" "no option '--offesr'" 'an unknown option'
like "$err" 'did you mean --offers\?' 'and the nearest'
status 64 ixn-list -q
like "$err" "no option '-q'" 'an unknown letter'
status 64 ixn-list --queue
like "$err" "option '--queue' needs a value" 'a value is missing'
status 64 ixn-list --offers=yes
like "$err" '--offers takes no value' 'a switch takes none'
status 64 ixn-list extra
like "$err" "one operand too many: 'extra'" 'no operands where none are taken'
status 64 ixn-show ''
like "$err" 'empty operand' 'an empty operand'
status 64 ixn-transfer "$id"
like "$err" '--to or --complete is missing' 'an option that must be given'
status 64 ixn-transfer "$id" --to nobody
like "$err" "'nobody' is not a target" 'a bad target'
status 64 ixn-create --queue q --priority many
like "$err" "--priority: 'many' is not a whole number" 'a bad number, by the name of its option'
status 64 agent-state sleepy
like "$err" "'sleepy' is not .*not-ready" 'a bad name tells the good ones'
status 65 ixn-list --since 'next blue moon'
status 64 ixn-list --limit 0
status 64 ixn-list --fields id,stat
like "$err" "--fields: 'stat' is not one of id, state" 'a field that there is not'
status 64 ixn-list --schema=output

ok ixn-list --all --media chat "--queue=q" --limit 5
like "$out" "^$id	" 'options with values, both ways'
ok ixn-show "$id" --fields state -- "$id"
is "$(echo "$out" | wc -l)" 2 'options between operands, -- ends them'
status 65 ixn-show -- --json
like "$err" "'--json' is not an id" 'behind -- all are operands'
POSIXLY_CORRECT=1 ok ixn-show "$id" --fields state
is "$out" "$(ixn-show "$id" --fields state)" 'POSIXLY_CORRECT changes nothing'

# Texts and files.
printf 'line 1\nline 2\n' >note
ok ixn-note "$id" --file note
is "$(ixn-note "$id" --show --fields text)" 'line 1\nline 2' 'a text from a file, without its last newline'
printf 'from a pipe' | ixn-note "$id" --file - >/dev/null
like "$(ixn-note "$id" --show --fields text)" 'from a pipe' 'a text from standard input'
status 64 ixn-note "$id" --file note --text x
like "$err" 'not both' 'one text only'
status 64 ixn-note - --file -
status 66 ixn-note "$id" --file none
printf 'a\377b' >bad
status 65 ixn-note "$id" --file bad
like "$err" 'bad: not valid UTF-8 at byte 2' 'UTF-8 only'
printf 'a\0b' >nul
status 65 ixn-note "$id" --file nul
head -c 16777217 /dev/zero | tr '\0' a >large
status 65 ixn-note "$id" --file large
like "$err" 'too large|larger than' 'at most 16 MiB'
ok ixn-note "$id" --text '--json'
is "$(ixn-note "$id" --show --fields text | tail -c 7)" '--json' 'a text is never an option'

# Repeated ones, pairs.
ok ixn-create --queue q --data a=1 --data b=2=3 --data a=4
new=${out%%	*}
like "$(ixn-show "$new" --json)" '"data":\{"a":"4","b":"2=3"\}|"data":\{"b":"2=3","a":"4"\}' 'KEY=VALUE, given again'
status 64 ixn-create --queue q --data nothing
done_testing
