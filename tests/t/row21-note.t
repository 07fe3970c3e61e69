#!/bin/sh
# covers: ixn-note, ixn-transfer, ixn-show
# The notepad: it goes along, takes the reasons of transfers, is frozen at Mark Done.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","capacity":{"chat":2}},{"name":"bob","alias":"Bob","capacity":{"chat":2}}],"queues":[{"name":"sales"}]}
J
notes() { ixn-note "$id" --show --json | jq -r '[.agent, .text] | join(": ")'; }

ready alice
id=$(create --from ann@example.org --queue sales)
is "$(ixn-note "$id" --show; echo $?)" 0 'an empty notepad is no error'
ok as alice ixn-accept
ok as alice ixn-note "$id" --text 'wants a refund'
printf 'first line\nsecond\tline\n' >note
ok as alice ixn-note "$id" --file note
is "$(ixn-note "$id" --show)" "$id	2026-11-21T09:00:04.000Z	alice	wants a refund
$id	2026-11-21T09:00:05.000Z	alice	first line\\nsecond\\tline" 'who wrote what, when, oldest first'
is "$(ixn-note "$id")" "$(ixn-note "$id" --show)" 'without a text it is shown'
is "$(ixn-show "$id" --part notes)" "$(ixn-note "$id" --show)" 'ixn-show --part notes shows it too'
echo 'from a pipe' | as alice ixn-note "$id" --file - >/dev/null
like "$(notes)" '^alice: from a pipe$' 'a text from standard input, asked for'

ready bob
ok as alice ixn-transfer "$id" --to agent:bob --note 'speaks French'
ok as bob ixn-accept
is "$(notes)" 'alice: wants a refund
alice: first line
second	line
alice: from a pipe
alice: speaks French' 'the next agent reads it all, the reason of the transfer last'
ok as bob ixn-transfer "$id" --to queue:sales
is "$(notes | wc -l)" 5 'no reason, no note'
ok as alice ixn-accept
ok as bob ixn-note "$id" --text 'a colleague may add'
ok as alice ixn-note "$id" --replace --text 'all of it'
is "$(notes)" 'alice: all of it' '--replace takes the place of what was there'

unlike "$(transcript-show "$id"; chat-tail "$id")" 'all of it|refund' 'the contact sees none of it'
ok as alice chat-end "$id"
ok as alice ixn-note "$id" --text 'after the end'
ok as alice ixn-done "$id"
status 79 as alice ixn-note "$id" --text 'too late' --json
is "$(code)" frozen 'frozen at Mark Done'
status 79 as alice ixn-note "$id" --replace --text 'too late'
is "$(notes)" 'alice: all of it
alice: after the end' 'it stands in the history as it was'
status 66 as alice ixn-note 01ARZ3NDEKTSV4RRFFQ69G5FAV --text x
status 64 as alice ixn-note --text x
done_testing
