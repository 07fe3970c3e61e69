#!/bin/sh
# covers: ixn-create, ixn-accept, ixn-reject, ixn-data, ixn-note, ixn-disposition, ixn-transfer, ixn-done, chat-send, chat-end, transcript-send, agent-state, agent-login, agent-logout, ixn-setup, outbox-drop
# The same key again does nothing twice and prints the first answer; with another request it is refused.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
mail
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","capacity":{"chat":9}},{"name":"bob","alias":"Bob","capacity":{"chat":9}}],
"queues":[{"name":"sales","offer_timeout":"1d","waiting_late":"0s","waiting_overdue":"0s"}],"dispositions":[{"code":"ok"}]}
J
state() { sql "SELECT count(*) FROM event; SELECT count(*) FROM message; SELECT count(*) FROM note; SELECT count(*) FROM outbox; SELECT count(*) FROM ixn; SELECT sum(version) FROM ixn"; }
k=0
# twice AGENT COMMAND...: once more with the same key, as text and as JSON, long after.
twice() {
	k=$((k + 1)) who=$1 && shift
	ok as "$who" "$@" --idempotency-key "k$k"
	cp "$tmp/out" once && before=$(state)
	later 60
	ok as "$who" "$@" --idempotency-key "k$k"
	cmp once "$tmp/out" >differs 2>&1
	is "$(cat differs)" '' "$1: the first answer, byte for byte"
	ok as "$who" "$@" --idempotency-key "k$k" --json
	is "$(state)" "$before" "$1: and nothing is done again"
}
# other AGENT COMMAND...: the same key with another request.
other() {
	who=$1 && shift
	status 65 as "$who" "$@" --idempotency-key "k$k" --json
	is "$(code)" key_reused "$1: another request"
	is "$(state)" "$before" "$1: does nothing"
}

twice '' ixn-create --queue sales --from ann@example.org --text Hello
id=$(cut -f 1 once)
other '' ixn-create --queue sales --from ann@example.org --text 'Hello again'
is "$(ixn-list --all --ids)" "$id" 'ixn-create: one interaction'
twice '' agent-login alice --ready
ok as alice agent-state
twice alice agent-state ready
twice alice ixn-accept
is "$(show "$id" agent)" alice 'ixn-accept: taken'
other alice ixn-accept "$id"
twice alice chat-send "$id" --text 'Good morning'
is "$(chat-tail "$id" --fields text)" 'Hello
Good morning' 'chat-send: said once'
other alice chat-send "$id" --text 'Good evening'
ok as alice chat-send "$id" --text 'Good evening' --idempotency-key another
twice '' chat-send "$id" --as-contact --text 'Hi'
twice alice ixn-note "$id" --text 'a note'
is "$(ixn-note "$id" --show | wc -l)" 1 'ixn-note: one note'
other alice ixn-note "$id" --text 'a note' --replace
twice alice ixn-data "$id" --set a=1 --set b=2
ok as alice ixn-data "$id" --set a=2
ok as alice ixn-data "$id" --set a=1 --set b=2 --idempotency-key "k$k"
is "$(ixn-data "$id" --get a)" 2 'ixn-data: a late repetition does not bring back what was'
twice alice ixn-disposition "$id" --set ok
other alice ixn-disposition "$id" --clear
ok agent-login bob --ready
twice alice ixn-transfer "$id" --to agent:bob --note why
is "$(show "$id" state,agent)" 'offered	bob' 'ixn-transfer: handed over once'
twice bob ixn-reject "$id"
ok as bob agent-state ready
ok as alice agent-state ready
later 60
ok as '' chat-send "$id" --as-contact --text 'Still here'
ok as "$(show "$id" agent)" ixn-accept
who=$(show "$id" agent)
twice "$who" chat-end "$id"
twice "$who" transcript-send "$id"
is "$(outbox-list --ids | wc -l)" 1 'transcript-send: one mail'
twice "$who" ixn-done "$id" --transcript
is "$(outbox-list --ids | wc -l)" 2 'ixn-done: one more'
other "$who" ixn-done "$id"
twice "$who" outbox-drop "$(outbox-list --ids | head -n 1)"

# A key belongs to who used it and to one command.
a=$(create --queue sales --from ann@example.org) b=$(create --queue sales --from bea@example.org)
ok as alice ixn-note "$a" --text one --idempotency-key shared
ok as bob ixn-note "$a" --text two --idempotency-key shared
ok as bob ixn-data "$a" --set k=v --idempotency-key shared
is "$(ixn-note "$a" --show --json | jq -r .text | paste -sd ' ')" 'one two' 'a key belongs to who used it, and to one command'
# With several ids: the key and the id.
ok as alice ixn-note "$a" "$b" --text many --idempotency-key several
is "$(cut -f 1 "$tmp/out" | paste -sd ' ')" "$a $b" 'with several ids each has its own'
before=$(state)
ok as alice ixn-note "$a" "$b" --text many --idempotency-key several
is "$(state)" "$before" 'and none is done again'
printf '%s\n' "$a" "$b" >list
as alice ixn-note - --text many --idempotency-key several <list >out
is "$(cut -f 1 out | paste -sd ' ') $(state)" "$a $b $before" 'from standard input, too'
status 64 as alice ixn-note "$a" --text x --idempotency-key ''

# What was refused is not kept; what found nothing, neither.
status 79 as alice ixn-done "$a" --idempotency-key retry
for i in "$a" "$b"; do as "$(show "$i" agent)" ixn-accept "$i" >/dev/null; done
before=$(state)
ok as alice ixn-note "$a" "$b" --text many --idempotency-key several
is "$(cut -f 1 "$tmp/out" | paste -sd ' ') $(state)" "$a $b $before" 'the first answer, whoever has them by now'
holder=$(show "$a" agent)
as "$holder" chat-end "$a" >/dev/null
ok as "$holder" ixn-done "$a" --idempotency-key retry
status 1 as alice ixn-accept --idempotency-key next
c=$(create --queue sales --to agent:alice)
ok as alice ixn-accept --idempotency-key next
is "$out" "$(printf '%s\tactive\tchat\tsales\talice\t' "$c")" 'a key that took nothing takes what comes'

# The id it has elsewhere.
x=$(create --queue sales --from ann@example.org --text Hello --external-id web-77)
before=$(state)
is "$(create --queue sales --from ann@example.org --text Hello --external-id web-77)" "$x" 'the same external id is the same interaction'
is "$(create --queue sales --text 'other words' --external-id web-77)" "$x" 'whatever it says now'
is "$(state)" "$before" 'and nothing is done'
is "$(ixn-list --external-id web-77 --ids)" "$x" 'it is found by it'
unlike "$(create --media email --queue sales --external-id web-77)" "$x" 'another medium has ids of its own'

# Kept for seven days.
who=$(show "$b" agent)
ok as "$who" ixn-note "$b" --text week --idempotency-key week
later $((6 * 86400))
ok agent-login "$who"
ok as "$who" ixn-note "$b" --text week --idempotency-key week
is "$(ixn-note "$b" --show --json | jq -r .text | grep -c week)" 1 'six days later it is known'

# The whole answer.
echo '{"queues":[{"name":"new1"},{"name":"new2"},{"name":"new3"}]}' >more.json
ok ixn-setup --load more.json --idempotency-key load
cp "$tmp/out" once
is "$(wc -l <once)" 3 'an answer of three lines'
ok ixn-setup --load more.json --idempotency-key load
is "$out" "$(cat once)" 'comes again whole'
done_testing
