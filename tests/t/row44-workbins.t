#!/bin/sh
# covers: ixn-place, ixn-take, ixn-list, ixn-status, ixn-setup, agent-logout
# Row 44: workbins, personal and for teams: put aside, listed, opened by their owners; a lead moves; the second opener is refused.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","teams":["t1"],"queues":["sales","pick"],"capacity":{"chat":2,"email":2}},
 {"name":"bob","alias":"Bob","teams":["t1"],"queues":["sales"],"capacity":{"chat":1,"email":1}},
 {"name":"carol","teams":["t2"],"queues":["other"],"capacity":{"chat":1,"email":1}},
 {"name":"lea","role":"lead","queues":["none"],"capacity":{"chat":1,"email":2}},{"name":"leo","role":"lead","queues":["none"],"capacity":{"chat":1}}],
"teams":[{"name":"t1","leads":["lea"]},{"name":"t2","leads":["leo"]}],
"queues":[{"name":"sales"},{"name":"other"},{"name":"none"},{"name":"pick","pull":true,"push":false}],
"workbins":[{"name":"later","label":"For later"},{"name":"desk","kind":"team","team":"t1"},{"name":"all","kind":"shared"},
 {"name":"given","read_only":true},{"name":"rules","kind":"team","team":"t1","read_only":true},{"name":"board","kind":"shared","read_only":true}]}
J
# owner COMMAND...: as the owner of the store, whoever is logged in.
owner() { later && env XDG_STATE_HOME="$tmp/nobody" "$@"; }
events() { ixn-watch --after 0 --timeout 1ms --fields event,agent,ref,state,reason --ixn "$1" | tr '\t' ' ' | grep -E "$2"; }
load() { as "$1" agent-state --media "${2-chat}" --fields load,room | tr '\t' ' '; }
segments() { sql "SELECT agent || ' ' || coalesce(reason, 'open') FROM segment WHERE ixn = '$1' ORDER BY started, agent" | paste -sd ,; }
accepted() { id=$(create --from "$1" --queue sales "$2" "$3") && as alice ixn-accept "$id" >/dev/null; }

is "$(ixn-setup --dump | jq -c '.workbins | map(del(.label))')" '[{"name":"later"},{"name":"desk","kind":"team","team":"t1"},{"name":"all","kind":"shared"},{"name":"given","read_only":true},{"name":"rules","kind":"team","team":"t1","read_only":true},{"name":"board","kind":"shared","read_only":true}]' \
	'the dump has them as they were loaded'
ixn-setup --dump >dump.json
is "$(ixn-setup --load dump.json)" '' 'and loaded again changes nothing'
refuse() { # JSON WORDS
	printf '{"workbins":[%s]}\n' "$1" >bad.json
	status 65 ixn-setup --load bad.json
	like "$err" "workbins.*: $2" "$2"
}
refuse '{"name":"x","kind":"team"}' 'x: is for a team, but which'
refuse '{"name":"x","team":"t1"}' 'x: has a team, but its kind is not team'
refuse '{"name":"x","kind":"team","team":"nobody"}' "x: there is no team 'nobody'"
refuse '{"name":"x","kind":"mine"}' ".*kind: 'mine' is not personal"
echo '{"teams":[]}' >noteams.json
status 65 ixn-setup --load noteams.json --replace
like "$err" "workbins: desk: there is no team 't1'" 'a team that a workbin needs stays'

# Put aside: the agent is free for the next, nobody has it, it waits for nobody.
as alice agent-login alice --ready --media chat >/dev/null
as bob agent-login bob --media chat,email >/dev/null
as lea agent-login lea --media chat,email >/dev/null
as carol agent-login carol --media chat,email >/dev/null
ok accepted ann@example.org --subject 'Ann'
a=$id
is "$(load alice)" '1 1' 'the load of a chat'
status 66 as alice ixn-place "$a" --in workbin:nowhere --json
is "$(code)" no_such_workbin 'a workbin that is none'
status 64 as alice ixn-place "$a" --in agent:bob
status 64 as alice ixn-place "$a"
status 64 as alice ixn-place "$a" --in workbin:all --of bob
unseen 77 as bob ixn-place "$a" --in workbin:later --json
$served || is "$(code)" not_yours 'who does not have it puts nothing aside'
is "$(segments "$a")" 'alice open' 'what is refused changes nothing'
ok as alice ixn-place "$a" --in workbin:later --note 'waits for the supplier'
is "$out" "$a	parked	chat	sales		" 'ixn-place tells the state'
is "$(show "$a" state,workbin,keeper,agent)" 'parked	later	alice	' "it lies in the agent's drawer"
is "$(load alice)" '0 2' 'the load is gone'
is "$(segments "$a")" 'alice parked' "the agent's time with it has ended"
is "$(ixn-show "$a" --part notes --fields agent,text)" 'alice	waits for the supplier' 'the reason is in the notepad'
is "$(events "$a" ixn.parked)" 'ixn.parked alice workbin:later parked alice' 'the event names who had it, the workbin and the keeper'
is "$(ixn-list --queue sales --state queued --ids; ixn-list --offers --agent bob --ids)" '' 'it waits in no queue'
ok as alice ixn-place "$a" --in workbin:later
is "$(events "$a" ixn.parked | wc -l)" 1 'there already: nothing happens twice'

# A chat goes on arriving.
ok chat-send "$a" --as-contact --text 'Are you there?'
status 79 as alice chat-send "$a" --text 'Yes'
ok as alice ixn-note "$a" --text more
ok as alice ixn-data "$a" --set k=v

# Listed: mine; for a lead all drawers of those led.
ok accepted bea@example.org --subject 'Bea'
b=$id
ok as alice ixn-place "$b" --in workbin:later
is "$(ixn-list --workbin later --agent alice --fields subject,keeper)" 'Ann	alice
Bea	alice' 'the owner sees the drawer'
is "$(ixn-list --workbin later --agent bob --ids)$(ixn-list --workbin later --agent carol --ids)" '' 'others see theirs'
is "$(ixn-list --workbin later --agent lea --fields subject,keeper)" 'Ann	alice
Bea	alice' 'a lead sees the drawers of those led'
is "$(agent-login leo >/dev/null; ixn-list --workbin later --agent leo --ids)" '' 'another lead does not'
is "$(ixn-list --workbin later --of alice --agent lea --fields subject)" 'Ann
Bea' '--of AGENT: that drawer'
is "$(ixn-list --workbin later --of bob --agent lea --ids)" '' 'one that is empty'
status 77 ixn-list --workbin later --of alice --agent bob
is "$(ixn-list --state parked --fields subject,workbin)" 'Ann	later
Bea	later' '--state parked'
is "$(ixn-list --team t1 --agent lea --fields subject,state)" 'Ann	parked
Bea	parked' '--team: what lies in its drawers'
is "$(ixn-list --team t2 --ids)" '' 'of that team alone'
like "$(ixn-status --agent alice --fields workbins)" '^later:2,desk:0,all:0,' 'ixn-status counts'
like "$(ixn-status --agent lea --fields workbins)" '^later:2,' 'for a lead, what the team has'
like "$(ixn-status --agent carol --fields workbins)" '^later:0,all:0,' 'only workbins that are open to one'

# Taken out: that is the lock.
unseen 77 as bob ixn-take "$a" --json
$served || is "$(code) $(printf '%s\n' "$err" | jq -r .error.message)" "not_yours $a belongs to alice" "another's drawer is closed"
status 79 as lea ixn-take "$a" --from bob --json
is "$(code)" state '--from names whose drawer it is'
ok as alice ixn-take "$a"
is "$out" "$a	active	chat	sales	alice	" 'ixn-take takes it out'
is "$(load alice)" '1 1' 'and it counts again'
is "$(events "$a" ixn.taken)" 'ixn.taken alice workbin:later active alice' 'the event says where from'
is "$(segments "$a")" 'alice parked,alice open' 'a new time begins'
is "$(ixn-list --workbin later --agent alice --fields subject)" 'Bea' 'it lies there no more'
status 79 as lea ixn-take "$a" --json
is "$(code) $(printf '%s\n' "$err" | jq -r .error.message)" "taken $a was taken by alice" 'the second opener is told who has it'
status 79 as alice ixn-take "$a" --json
is "$(code)" taken 'even the same agent, at another desk'
ok as alice chat-send "$a" --text 'Here I am'
ok as alice ixn-place "$a" --in workbin:later
is "$(ixn-list --workbin later --of alice --agent lea --fields subject)" 'Ann
Bea' 'and back'

# Whose is gone: it only waits to be finished.
ok chat-end "$b" --as-contact
is "$(show "$b" state,online)" 'parked	no' 'the contact leaves: it lies there still'
ok as alice ixn-take "$b"
is "$(show "$b" state)" wrap 'taken, it waits to be finished'
ok as alice ixn-done "$b"
ok as bob agent-state ready
id=$(create --from cy@example.org --queue sales --subject 'Cy')
c=$id
ok as bob ixn-accept "$c" --json
ok as bob ixn-place "$c" --in workbin:later
status 79 as bob ixn-done "$c" --json
is "$(code)" still_connected 'nor is it done while the contact is there'
ok chat-end "$c" --as-contact
unseen 77 as alice ixn-done "$c"
ok as bob ixn-done "$c"
is "$(show "$c" state,reason)" 'done	completed' 'done from where it lies, by its keeper'

# Room: the load never exceeds the capacity, not ready or not.
ok as bob agent-state not-ready
m1=$(create --media email --from d1@example.org --queue none --subject M1)
m2=$(create --media email --from d2@example.org --queue none --subject M2)
ok as lea ixn-place "$m1" "$m2" --in workbin:desk
is "$(show "$m1" state,workbin,keeper)" 'parked	desk	' "a lead moves from a queue into the team's workbin; it has no drawers"
is "$(ixn-list --workbin desk --agent bob --fields subject)" 'M1
M2' 'each of the team sees it'
is "$(ixn-list --workbin desk --agent carol --ids)" '' 'nobody else'
unseen 77 as carol ixn-take "$m1"
ok as bob ixn-take "$m1"
is "$(load bob email) $(as bob agent-state --media email --fields state)" '1 0 not-ready' 'not ready, and taken'
status 79 as bob ixn-take "$m2" --json
is "$(code)" no_room 'no room for a second'
status 79 as alice ixn-take "$m2" --json
is "$(code)" not_on_medium 'nor on a medium for which one is not logged in'
is "$(show "$m2" state,agent)" 'parked	' 'refused: it lies there'
status 77 ixn-take "$m2" --agent nobody
ok as bob ixn-place "$m1" --in workbin:desk
id=$(create --from eve@example.org --queue other)
ok as carol agent-state ready
ok as carol ixn-accept "$id"
status 77 as carol ixn-place "$id" --in workbin:desk --json
is "$(code)" workbin_closed "a team's workbin is closed to others"
ok as carol ixn-place "$id" --in workbin:all
is "$(ixn-list --workbin all --agent bob --ids)" "$id" 'a shared one is open to all'
e=$id

# Read-only: agents take out, who leads puts in.
ok as alice ixn-take "$a"
for w in given rules board; do
	status 77 as alice ixn-place "$a" --in workbin:$w --json
	is "$(code)" workbin_read_only "an agent puts nothing into $w"
done
ok as alice ixn-place "$a" --in workbin:later
ok as lea ixn-place "$a" --in workbin:given --of alice
status 77 as leo ixn-place "$a" --in workbin:rules
ok as lea ixn-place "$a" --in workbin:rules
ok as lea ixn-place "$a" --in workbin:board
ok owner ixn-place "$a" --in workbin:given --of bob
is "$(show "$a" workbin,keeper)" 'given	bob' 'the owner of the store may'
status 64 owner ixn-place "$a" --in workbin:later
ok as lea ixn-place "$a" --in workbin:given --of alice
ok as alice ixn-take "$a"
status 77 as alice ixn-place "$a" --in workbin:given
ok as alice agent-logout --requeue
is "$(show "$a" state,workbin,keeper)" 'parked	given	alice' 'what was taken from one that is only read goes back there with the session'

# The lead: from drawer to drawer, out of a drawer, from an agent; not of others.
as alice agent-login alice --ready --media chat >/dev/null
status 77 as leo ixn-place "$a" --in workbin:later --of carol --json
is "$(code)" not_yours "another team's"
status 77 as lea ixn-place "$a" --in workbin:later --of carol
ok as lea ixn-place "$a" --in workbin:later --of bob
is "$(show "$a" workbin,keeper)" 'later	bob' 'into the drawer of another'
ok as lea ixn-take "$a" --from bob
is "$(show "$a" state,agent,workbin,keeper)" 'active	lea	later	bob' 'a lead opens it'
ok as lea ixn-place "$a" --in workbin:later
is "$(show "$a" state,keeper)" 'parked	bob' 'and puts it back where it was'
ok as bob ixn-take "$a"
status 77 as alice ixn-take "$a" --from bob --json
is "$(code)" not_permitted 'no agent takes from an agent'
status 79 as lea ixn-take "$a" --from alice --json
is "$(code)" taken 'who does not have it, it is not taken from'
ok as lea ixn-take "$a" --from bob
is "$(show "$a" agent) $(load bob) $(load lea)" 'lea 0 1 1 0' 'a lead takes from an agent: his load is gone, hers is there'
is "$(events "$a" 'ixn.taken lea' | tail -n 1)" 'ixn.taken lea agent:bob active ' 'the event says from whom'
like "$(segments "$a")" 'bob transferred,lea open$' 'and the times say it'
status 79 as lea ixn-take "$a" --from lea

# Back into a queue, with its age; not at once to the one who put it there.
queued=$(show "$a" queued)
later 100
ok as lea ixn-place "$a" --in queue:sales --note 'who wants it'
is "$(show "$a" state,queue,queued,workbin)" "offered	sales	$queued	" 'offered with the age it had, no workbin has it any more'
is "$(events "$a" ixn.requeued)" 'ixn.requeued lea queue:sales queued ' 'the event names the queue'
ok as alice ixn-accept "$a"
later 30
ok as alice ixn-place "$a" --in queue:sales
is "$(show "$a" state,queued)" "queued	$queued" 'not offered to alice again, though she is free'
later 61
owner ixn-note "$a" --text x >/dev/null
is "$(show "$a" state,agent)" 'offered	alice' 'until the exclusion is over'
ok as alice ixn-accept "$a"
ok as alice ixn-place "$a" --in workbin:later
ok as alice ixn-place "$a" --in queue:other
is "$(show "$a" state,queue,keeper)" 'offered	other	' 'from a workbin into another queue'
ok as carol ixn-accept "$a"

# The session ends: what came out of a workbin goes back into it, the rest into its queue.
ok as carol ixn-place "$a" --in workbin:later
id=$(create --from fay@example.org --queue other)
ok as carol ixn-accept "$id"
ok as carol ixn-place "$id" --in queue:sales
ok as carol ixn-take "$a"
status 79 as carol agent-logout
ok as carol agent-logout --requeue
is "$(show "$a" state,workbin,keeper)" 'parked	later	carol' 'logged off: back in the drawer'
is "$(events "$a" ixn.parked | tail -n 1)" 'ixn.parked carol workbin:later parked carol' 'with its event'
as carol agent-login carol --media chat,email >/dev/null
ok as carol ixn-take "$a"
ok as carol ixn-transfer "$a" --to queue:other
ok as carol agent-state ready
ok as carol ixn-accept "$a"
ok as carol agent-logout --requeue
is "$(show "$a" state,queue,workbin)" 'queued	other	' 'handed over in between, it is the queue that has it'
as bob agent-login bob --media email >/dev/null
ok as bob ixn-take "$m1"
later 30000
ok as lea agent-login lea --media chat,email
is "$(show "$m1" state,workbin)" 'parked	desk' 'a session that has run out, likewise'
is "$(sql "SELECT count(*) FROM ixn WHERE state = 'parked' AND agent IS NOT NULL")" 0 'nobody has what lies in a workbin'

# Out of a queue where agents choose.
ok agent-login alice --media chat
ok agent-login bob --media chat
id=$(create --from gil@example.org --queue pick)
is "$(show "$id" state)" queued 'nothing is offered from it'
unseen 77 as bob ixn-take "$id" --json
$served || is "$(code)" not_pulled 'who does not serve it takes nothing'
ok as alice ixn-take "$id"
is "$(show "$id" state,agent) $(events "$id" ixn.taken)" "active	alice ixn.taken alice queue:pick active " 'who does, takes it'
id2=$(create --from hal@example.org --queue sales)
status 77 as alice ixn-take "$id2" --json
is "$(code)" not_pulled 'other queues offer what they have'
ok as lea ixn-take "$id2"
is "$(show "$id2" agent)" lea 'a lead takes out of any'
ok as lea ixn-place "$id2" --in queue:pick
ok as lea agent-login leo --media chat
ok owner ixn-transfer "$id2" --to agent:leo
unseen 79 as alice ixn-take "$id2"
$served || like "$err" 'leo' 'what waits for one agent alone is not for others'

# What hangs on it ends; what lies in a drawer can be handed over.
ok as alice ixn-consult "$id" --to agent:bob
ok as bob ixn-accept "$id"
is "$(load bob)" '1 0' 'a colleague is consulted'
ok as alice ixn-place "$id" --in workbin:later
is "$(load bob) $(events "$id" consult.ended)" '0 1 consult.ended bob   ixn.parked' 'put aside: the consult is over'
ok as alice ixn-take "$id"
ok as alice ixn-consult "$id" --to agent:bob
ok as alice ixn-place "$id" --in workbin:later
status 79 as bob ixn-accept "$id"
is "$(load bob)" '0 1' 'an invitation is withdrawn'
ok as alice ixn-transfer "$id" --to agent:bob
is "$(show "$id" state,workbin) $(events "$id" ixn.transferred)" 'queued	 ixn.transferred  agent:bob queued ' 'from the drawer to a colleague'

# The workflow of a queue binds Mark Done, and nothing else.
echo '{"workflow":[{"name":"none","next":["pick"],"stop":false}]}' >flow.json
ok ixn-setup --load flow.json
as lea agent-login lea --media chat,email >/dev/null
ok as lea ixn-take "$m2"
status 79 as lea ixn-done "$m2" --json
is "$(code)" need_choice 'a choice is missing'
ok as lea ixn-place "$m2" --in queue:other
ok as lea ixn-place "$m2" --in queue:none
ok as lea ixn-place "$m2" --in workbin:desk
status 79 as lea ixn-done "$m2" --queue other
ok as lea ixn-done "$m2" --queue pick
is "$(show "$m2" state,queue,workbin)" 'queued	pick	' 'done from where it lies: it goes on in its workflow'

# A workbin that the site no longer has.
ok as lea ixn-take "$e"
ok as lea ixn-place "$e" --in workbin:all
echo '{"workbins":[{"name":"later"},{"name":"desk"}]}' >fewer.json
ok ixn-setup --load fewer.json --replace
is "$(show "$e" state,workbin)" 'parked	all' 'what lies there lies there'
unseen 77 as bob ixn-take "$e"
ok as lea ixn-place "$e" --in workbin:desk
is "$(show "$e" state,workbin)" 'parked	desk' 'a lead clears it'
done_testing
