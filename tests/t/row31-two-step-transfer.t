#!/bin/sh
# covers: ixn-transfer, ixn-consult, ixn-accept
# A chat handed over in two steps, to a colleague who has been consulted; and what
# becomes of a transfer that the target cannot take now.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
command -v sqlite3 >/dev/null || skip_all 'sqlite3 is not installed'
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","queues":["sales"],"capacity":{"chat":1}},
{"name":"bob","alias":"Bob","queues":["billing","none"],"capacity":{"chat":1}},
{"name":"cleo","queues":["billing","shut"],"capacity":{"chat":1}},
{"name":"dan","queues":["none"],"capacity":{"chat":1}},{"name":"fay","capacity":{"chat":1}},
{"name":"lee","role":"lead","queues":["none"],"capacity":{"chat":1}}],
"queues":[{"name":"sales","fallback":"fall.sales"},{"name":"billing","fallback":"fall.billing"},{"name":"none"},
{"name":"shut","hours":"weekdays","fallback":"fall.shut"},{"name":"bare"},{"name":"fall.sales"},{"name":"fall.billing"},{"name":"fall.shut"}],
"hours":[{"name":"weekdays","zone":"UTC","mon":"09:00-17:00"}],
"teams":[{"name":"pair","members":["bob","cleo"]},{"name":"support","leads":["lee"]}],
"policy":[{"name":"not-there","verbs":["transfer"],"targets":["queue:none"]},{"name":"talk-only","roles":["agent"],"verbs":["transfer"],"targets":["agent:dan"]}]}
J
load() { agent-state --agent "$1" --fields load; }
n=0
speaks() {
	n=$((n + 1))
	ok as '' chat-send "$id" --as-contact --text "still here $n"
	is "$(chat-tail "$id" --json | jq -r 'select(.role == "contact") | .text' | tail -n 1)" "still here $n" "the contact is connected: $1"
}
# fresh: a chat of alice's.
fresh() {
	id=$(create --from ann@example.org --name Ann --queue sales --text Hello --data order=12)
	ok as alice ixn-accept "$id"
}
# gone: it is done with.
gone() {
	ok as '' chat-end "$id" --as-contact
	_who=$(show "$id" agent)
	[ -z "$_who" ] || ok as "$_who" ixn-done "$id"
}

# Two steps.
ready alice bob
fresh
status 79 as alice ixn-transfer "$id" --complete --json
is "$(code)" state 'nobody is consulted'
status 64 as alice ixn-transfer "$id" --complete --to agent:bob
ok as alice ixn-consult "$id" --to agent:bob --note 'will you take her?'
status 79 as alice ixn-transfer "$id" --complete --json
is "$(code)" not_connected 'asked, but not there yet'
like "$(printf '%s' "$err" | jq -r '.error.can[]')" "ixn-consult $id --end" 'and it says what to do'
is "$(show "$id" state,agent)" 'active	alice' 'what is refused stays'
ok as bob ixn-accept
status 77 as bob ixn-transfer "$id" --complete
waits=$(create --queue sales --from bea@example.org)
is "$(show "$waits" state)" queued 'another waits for alice'
before=$(sql 'SELECT count(*) FROM offer')
ok as alice ixn-transfer "$id" --complete --note 'knows her invoices'
is "$out" "$id	active	chat	sales	bob	" 'the colleague has it at once'
is "$(sql "SELECT count(*) FROM offer WHERE ixn = '$id'") $(load bob)" '2 1' 'nothing is offered for it'
is "$(($(sql 'SELECT count(*) FROM offer') - before)) $(show "$waits" state,agent)" '1 offered	alice' 'and the other one is, to alice'
is "$(sql "SELECT count(*) FROM participant WHERE until IS NULL")" 0 'nobody is consulted any more'
speaks 'with bob'
ok as bob chat-send @ --text 'Bob here'
status 77 as alice chat-send "$id" --text 'me, too'
is "$(ixn-note "$id" --show --json | jq -r .text)" 'knows her invoices' 'the reason is in the notepad'
is "$(ixn-data "$id" --get order --agent bob)" 12 'the data is there'
is "$(ixn-show "$id" --part history --json | jq -r 'select(.event == "ixn.transferred") | "\(.agent) \(.ref) \(.reason)"')" 'alice agent:bob complete' 'in the log'
is "$(sql "SELECT group_concat(agent || ' ' || CASE WHEN ended IS NULL THEN 1 ELSE 0 END, ',') FROM (SELECT * FROM segment WHERE ixn = '$id' ORDER BY started) AS s")" 'alice 0,bob 1' 'one segment after the other'
is "$(sql "SELECT count(*) FROM segment a JOIN segment b ON a.ixn = b.ixn AND a.ended = b.started WHERE a.ixn = '$id'")" 1 'without a gap'
status 79 as alice ixn-note @ --text x
ok as '' chat-end "$waits" --as-contact
gone

# To the one who is consulted, by name: the same.
fresh
ok as alice ixn-consult "$id" --to agent:bob
ok as bob ixn-accept
ok as alice ixn-transfer "$id" --to agent:bob
is "$(show "$id" state,agent) $(load bob)" 'active	bob 1' 'who is there needs no offer'
gone

# A rule of the site is not led around by a consult.
ready dan
fresh
ok as alice ixn-consult "$id" --to agent:dan
ok as dan ixn-accept
status 77 as alice ixn-transfer "$id" --complete --json
is "$(code)" not_allowed 'a rule forbids it'
is "$(show "$id" state,agent)" 'consulting	alice' 'and nothing has changed'
gone
ok as dan agent-logout

# Somebody of a team: who is free, or nobody.
fresh
ready cleo
ok as cleo agent-state not-ready
ok as alice ixn-transfer "$id" --to team:pair
is "$(show "$id" state,agent)" 'offered	bob' 'who is free'
ok as bob ixn-accept
status 79 as bob ixn-transfer "$id" --to team:pair --json
is "$(code) $(show "$id" state,agent)" 'target_unavailable active	bob' 'nobody is: refused'
status 66 as bob ixn-transfer "$id" --to team:nobody
gone

# An agent who cannot take it now.
ok as bob agent-state not-ready
fresh
ok as alice ixn-transfer "$id" --to agent:bob
is "$(show "$id" state,agent) $(sql "SELECT reserved FROM ixn WHERE id = '$id'")" 'queued	 transfer' 'without the option it waits for who is logged in'
gone
unavailable() { # TARGET QUEUE FALLBACK WHY
	fresh
	status 79 as alice ixn-transfer "$id" --to "$1" --if-unavailable fail --json
	is "$(code) $(show "$id" state,agent,queue)" 'target_unavailable active	alice	sales' "$4: refused, nothing has changed"
	ok as alice ixn-transfer "$id" --to "$1" --if-unavailable queue
	is "$(show "$id" queue,online) $(ixn-show "$id" --part history --json | jq -r 'select(.event == "ixn.transferred") | "\(.ref) \(.reason)"')" "$2	yes queue:$2 unavailable" "$4: to a queue"
	gone
	fresh
	if [ -n "$3" ]; then
		ok as alice ixn-transfer "$id" --to "$1" --if-unavailable fallback
		is "$(show "$id" queue)" "$3" "$4: to the fallback"
	else
		status 79 as alice ixn-transfer "$id" --to "$1" --if-unavailable fallback
		is "$(show "$id" state,agent,queue)" 'active	alice	sales' "$4: there is no fallback"
	fi
	gone
}
ok as alice agent-state ready
unavailable agent:bob billing fall.sales 'an agent who is not ready'
ok as bob agent-logout
unavailable agent:bob billing fall.sales 'an agent who is not logged in'
unavailable agent:fay sales fall.sales 'an agent of whatever queue'
ready bob
busy=$(create --queue billing --from cat@example.org)
is "$(show "$busy" state,agent)" 'offered	bob' 'bob has something to do'
unavailable agent:bob billing fall.sales 'an agent without room'
ok as '' chat-end "$busy" --as-contact
ok as bob agent-state not-ready
unavailable team:pair sales fall.sales 'a team of whom nobody is free'
unavailable lead:support sales fall.sales 'a lead who is not there'
unavailable queue:shut sales fall.shut 'a queue that is closed'
unavailable queue:bare sales fall.sales 'a queue that nobody serves'
ok as bob agent-logout
ok as cleo agent-logout
unavailable queue:billing sales fall.billing 'a queue whose agents are away'
status 64 as alice ixn-transfer "$id" --to queue:billing --if-unavailable never

# Who can take it does.
ready bob
fresh
ok as alice ixn-transfer "$id" --to agent:bob --if-unavailable fail
is "$(show "$id" state,agent)" 'offered	bob' 'an agent who is free is offered it'
gone
fresh
ok as alice ixn-transfer "$id" --to queue:billing --if-unavailable fallback
is "$(show "$id" queue,state,agent)" 'billing	offered	bob' 'a queue that is served'
gone
# The queue instead is a target, too.
ready lee
ok as lee agent-state not-ready
fresh
status 77 as alice ixn-transfer "$id" --to agent:lee --if-unavailable queue --json
is "$(code) $(show "$id" state,agent,queue)" 'not_allowed active	alice	sales' 'for which the rules of the site hold'
done_testing
