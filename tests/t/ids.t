#!/bin/sh
# covers: ixn-show, ixn-note, ixn-data, ixn-done, ixn-disposition, chat-send, ixn-accept, ixn-reject, ixn-list
# Operands: whole ids and their ends, '@', '@offer', '-'; what is skipped, and the exit status.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","capacity":{"chat":9}},{"name":"bob","alias":"Bob","capacity":{"chat":9}}],"queues":[{"name":"sales"}],"dispositions":[{"code":"ok"}]}
J
end() { printf '%s\n' "$1" | tail -c "$(($2 + 1))"; }
unknown=01ARZ3NDEKTSV4RRFFQ69G5FAV
# tty COMMAND: with a terminal.
tty() { later && script -qec "IXN_AGENT=alice $1" /dev/null </dev/null | tr -d '\r'; }

ready alice
a=$(create --queue sales --from ann@example.org)
b=$(create --queue sales --from bea@example.org)
c=$(create --queue sales --from cat@example.org)

# Whole ids and their ends.
is "$(show "$(echo "$a" | tr '[:upper:]' '[:lower:]')" id)" "$a" 'lower case'
is "$(show "$(end "$a" 6)" id) $(show "$(end "$a" 8 | tr '[:upper:]' '[:lower:]')" id) $(show "$(end "$a" 25)" id)" "$a $a $a" 'an end of six or more will do to read'
status 65 ixn-show "$(end "$a" 5)" --json
is "$(code)" bad_id 'five are too few'
for bad in 'not an id' "$a$a" "x$a" "$(end "$a" 8)!" -- ../../etc/passwd; do
	[ "$bad" = -- ] || status 65 ixn-show "$bad"
done
status 66 ixn-show "$unknown" --json
is "$(code)" no_such_interaction 'unknown'
status 66 ixn-show ZZZZZZZZ
status 64 ixn-show ''
status 64 as alice ixn-note '' --text x
status 64 as alice ixn-note "$(end "$a" 8)" --text x --json
is "$(code)" need_whole_id 'a script gives whole ids for a change'
status 64 as alice ixn-note "$(end "$a" 8)" --text x
like "$err" "$a" 'the whole one is named'
is "$(ixn-note "$a" --show)" '' 'and nothing is done'
for read in "ixn-note $(end "$a" 8) --show" "ixn-data $(end "$a" 8)" "ixn-done $(end "$a" 8) --choices" "chat-tail $(end "$a" 8)" "transcript-show $(end "$a" 8)"; do
	# shellcheck disable=SC2086
	ok as alice $read
done
like "$(tty "ixn-note $(end "$a" 8) --text typed")" "$(end "$a" 8)" 'at a terminal an end will do for a change'
is "$(ixn-note "$a" --show --json | jq -r .text)" typed 'and it is done'

# Two that end alike; at a server what is nobody's of hers is not there for an agent.
if ! $served; then
sql "CREATE TEMP TABLE t AS SELECT * FROM ixn WHERE id = '$a'; UPDATE t SET rid = substr(rid, 1, 8) || '000000000000000000', id = '000000000000000000' || substr(id, 19), external_id = 'x', state = 'done', lane = NULL; INSERT INTO ixn SELECT * FROM t"
status 65 ixn-show "$(end "$a" 8)" --json
is "$(code)" ambiguous_id 'two that end alike'
is "$(printf '%s\n' "$err" | jq -r '.error.choices[]' | sort)" "$(printf '%s\n' "$a" "000000000000000000$(end "$a" 8)" | sort)" 'are the choices'
is "$(show "$(end "$a" 9)" id)" "$a" 'one more character tells them apart'
status 65 as alice ixn-note "$(end "$a" 8)" --text x
fi

# '@'.
status 79 as alice ixn-show @ --json
is "$(code)" not_current 'before anything was taken there is none'
ok as alice ixn-accept
is "$out" "$(printf '%s\tactive\tchat\tsales\talice\t' "$a")" 'the oldest offer'
is "$(ixn-show @ --fields id)" "$a" 'is the current one'
is "$(ixn-show --fields id; ixn-data; ixn-note --show; echo $?)" "$a
$a	2026-11-21T09:00:13.000Z	alice	typed
0" 'a read without an id means it'
status 64 as alice ixn-note --text x
status 64 as alice ixn-done
ok as alice chat-send @ --text 'to @'
is "$(chat-tail "$a" --fields text)" 'to @' 'a change by @'
ok as alice ixn-accept "$b"
is "$(ixn-show @ --fields id)" "$b" 'what is taken is the current one'
ok as alice chat-send "$a" --text 'named'
is "$(ixn-show @ --fields id)" "$a" 'what is named, too'
ok as alice ixn-show "$b"
is "$(ixn-show @ --fields id)" "$b" 'even to look at it'
ok as alice chat-end @
ok as alice ixn-done @
status 79 as alice chat-send @ --text 'to nobody' --json
is "$(code) $(printf '%s\n' "$err" | jq -c .error.choices)" "not_current [\"$a\"]" 'when it is over the others are candidates, none is taken'
status 79 as alice chat-send @ --text x
like "$err" "$a" 'people are told, too'
unlike "$(chat-tail "$a")" nobody 'and its contact does not get the words'

# '@offer'.
is "$(as alice ixn-show @offer --fields id)" "$c" 'the one open offer'
ok as alice ixn-reject @offer
status 1 as alice ixn-reject @offer --json
is "$(code)" no_offer 'none'
d=$(create --queue sales --to agent:alice) e=$(create --queue sales --to agent:alice)
status 65 as alice ixn-accept @offer --json
is "$(printf '%s\n' "$err" | jq -r '.error.choices[]' | sort)" "$(printf '%s\n' "$d" "$e" | sort)" 'several: they are the choices'

# Standard input, and the exit status.
printf '%s\n' "$a" "$unknown" "$d" | as alice ixn-note - --text all >out 2>err
is $? 66 'one bad item: its status'
is "$(cut -f 1 out | paste -sd ' ')" "$a $d" 'it is skipped, the rest is done'
like "$(cat err)" "$unknown" 'and it is named'
printf '%s\n' "$unknown" n-o-id | as alice ixn-note - --text all >out 2>err
is "$? $(cat out)" '80 ' 'they fail in different ways'
printf '%s\n' "$unknown" 01ARZ3NDEKTSV4RRFFQ69G5FAW | as alice ixn-note - --text all >out 2>err
is "$? $(wc -l <err)" '66 4' 'they fail in the same way'
as alice ixn-note - --text all </dev/null >out 2>err
is "$? $(cat out err)" '0 ' 'an empty list does nothing'
ixn-list --agent alice | as alice ixn-note - --text piped >out
is "$? $(cut -f 1 out)" "0 $a" 'what a list printed can be given whole'
printf '\n  %s  \r\n\n' "$a" | as alice ixn-note - --text spaces >out
is "$? $(cut -f 1 out)" "0 $a" 'blanks and empty lines'
is "$(echo "$a" | as alice ixn-show "$d" - --ids | paste -sd ' ')" "$d $a" 'among operands'
status 66 as alice ixn-show "$a" "$unknown" "$d" --ids
is "$out" "$a
$d" 'several operands, one bad'
status 80 as alice ixn-show "$unknown" 'not an id'
printf '%s\n' "$unknown" n-o-id | as alice ixn-note - --text x --json 2>err
is "$(jq -r '.error | [.code, .item] | join(" ")' err)" "no_such_interaction $unknown
bad_id n-o-id" 'as JSON, each with its item'
echo x >words
status 64 as alice ixn-note - --file - <words
printf '%s\n' "$a" >list
unlike "$(as alice ixn-list <list)" 'never' 'standard input is read for nothing that was not asked for'

# Words are never ids or options.
status 65 as alice chat-send "$a" 'some words' --text said
ok as alice chat-send "$a" --text '--help'
ok as alice chat-send --text '-' -- "$a"
is "$(chat-tail "$a" --fields text | tail -n 2)" '--help
-' 'a text may look like an option'
ok ixn-disposition --list
done_testing
