#!/bin/sh
# covers: ixn-transfer, email-reply, ixn-note
# Row 36: a mail is handed over with instructions: the new owner reads them, the contact never does.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","queues":["support"],"teams":["t1"],"capacity":{"email":2}},{"name":"bob","alias":"Bob","queues":["expert"],"teams":["t1"],"capacity":{"email":2}},
 {"name":"lea","role":"lead","teams":["t1"],"queues":["none"],"capacity":{"email":1}}],
"teams":[{"name":"t1","leads":["lea"]}],"queues":[{"name":"support"},{"name":"expert"},{"name":"none"}],
"mailboxes":[{"name":"support","address":"support@example.org","queue":"support"}]}
J
ready alice bob
secret='Offer her ten per cent, no more'

# To an agent, to a queue, to a team: the instruction goes along.
for to in agent:bob queue:expert team:t1; do
	ok come alice "m-${to#*:}" 'Ann <ann@example.net>' "By $to" 'May I have a discount?'
	ok as alice ixn-transfer "$id" --to "$to" --note "$secret"
	is "$(show "$id" state)" offered "$to: the colleague is asked"
	ok as bob ixn-accept "$id"
	is "$(ixn-show "$id" --part notes --agent bob --fields agent,text)" "alice	$secret" 'the new owner reads the instruction'
	is "$(show "$id" agent)" bob 'and has it'
	status 77 as alice email-reply "$id" --text mine
	ok as bob email-reply "$id" --text 'Ten per cent.' --send
	d=$(first)
	is "$(sql "SELECT count(*) FROM outbox WHERE ixn = '$d' AND (coalesce(subject, '') || text || coalesce(html, '')) LIKE '%no more%'")" 0 'it is not in what the contact gets'
	is "$( (eye chat-tail "$id" --public-only; eye chat-tail "$d" --public-only; eye transcript-show "$id") | grep -c 'no more')" 0 'nor in anything that the contact could see'
done

# To an address outside it does not go this way.
ok come alice m4 'Ann <ann@example.net>' 'Outside' 'Hello'
status 64 as alice ixn-transfer "$id" --to mailto:expert@example.net
like "$err" email-forward 'it names email-forward'

# An answer that is being written does not go along; who wrote it ends it, or who leads.
ok as alice email-reply "$id" --text 'half an answer'
d=$(first)
ok as alice ixn-transfer "$id" --to agent:bob --note 'You know better'
ok as bob ixn-accept "$id"
is "$(show "$d" agent,state)" 'alice	active' 'what the first had written stays there'
ok as bob email-reply "$id" --text 'a whole answer' --send
is "$(show "$id" state) $(show "$d" state)" 'done active' 'the answer of who has it counts'
ok as alice email-send "$d"
is "$(show "$d" state)" 'done' 'who insists may send it still'
done_testing
