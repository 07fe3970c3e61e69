#!/bin/sh
# covers: ixn-consult, ixn-transfer, ixn-accept, ixn-reject, chat-send, chat-tail, transcript-show, ixn-show
# A colleague consulted about a chat sees all of it and talks to its agent; the contact
# gets nothing of that: not in the chat, not in the transcript, not in the mail.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
command -v sqlite3 >/dev/null || skip_all 'sqlite3 is not installed'
site <<'J'
{"agents":[{"name":"alice.login","alias":"Alice","skills":{"sales":1},"queues":["sales"],"capacity":{"chat":3,"email":1}},
{"name":"bob.login","alias":"Bob","skills":{"french":3},"queues":["billing"],"capacity":{"chat":1,"email":1}},
{"name":"cleo","alias":"Cleo","skills":{"french":2},"queues":["billing"],"capacity":{"chat":1}},
{"name":"dan","queues":["none"],"capacity":{"email":1}},
{"name":"eve","queues":["none"],"capacity":{"chat":1}},
{"name":"lee","alias":"Lee","role":"lead","teams":["support"],"queues":["none"],"capacity":{"chat":1}}],
"queues":[{"name":"sales"},{"name":"billing","offer_timeout":"20s"},{"name":"none"}],
"teams":[{"name":"support","members":["bob.login"]},{"name":"others","members":["cleo"]}]}
J
mail
a=alice.login b=bob.login
ready "$a"
id=$(create --from ann@example.org --name Ann --queue sales --text 'Hello' --data order=12 --transcript)
ok as "$a" ixn-accept
ok as "$a" chat-send "$id" --text 'Good morning'
load() { ixn-show "$id" >/dev/null && agent-state --agent "$1" --fields load | head -n 1; }
state() { agent-state --agent "$1" --fields state | head -n 1; }
event() { ixn-show "${1:-$id}" --part history --json | jq -r 'select(.event | startswith("consult")) | "\(.event) \(.agent) \(.reason // "")"' | tail -n 1 | sed 's/ $//'; }

# Who can be asked.
status 64 as "$a" ixn-consult "$id"
status 64 as "$a" ixn-consult "$id" --to agent:"$b" --end
status 66 as "$a" ixn-consult "$id" --to agent:nobody --json
is "$(code)" no_such_agent 'an unknown agent'
status 79 as "$a" ixn-consult "$id" --to agent:"$b" --json
is "$(code)" target_unavailable 'an agent who is not logged in'
status 79 as "$a" ixn-consult "$id" --to agent:"$a" --json
is "$(code)" not_a_choice 'oneself'
for t in mailto:x@example.org workbin:w tel:+33140506070 contact:01ARZ3NDEKTSV4RRFFQ69G5FAV; do
	status 64 as "$a" ixn-consult "$id" --to "$t"
done
status 79 as "$a" ixn-consult "$id" --to team:support --json
is "$(code)" target_unavailable 'nobody of the team'
status 79 as "$a" ixn-consult "$id" --to queue:billing --json
is "$(code)" target_unavailable 'nobody who serves the queue'
status 66 as "$a" ixn-consult "$id" --to team:nowhere
status 69 as "$a" ixn-consult "$id" --to agent:"$b" --media call --json
is "$(code)" no_backend 'there is no telephone'
status 64 as "$a" ixn-consult "$id" --to agent:"$b" --media fax
ready dan
status 79 as "$a" ixn-consult "$id" --to agent:dan --json
is "$(code)" not_on_medium 'an agent who does not chat'
ready "$b" cleo eve
unseen 77 as cleo ixn-consult "$id" --to agent:"$b"
is "$(show "$id" state,agent)" "active	$a" 'what is refused changes nothing'

# Invited: it stays with its agent.
ok as "$a" ixn-consult "$id" --to agent:"$b" --note 'may I refund her?'
is "$out" "$id	active	chat	sales	$a	" 'it stays active'
is "$(event)" "consult.invited $b" 'the colleague is asked'
is "$(ixn-list --offers --agent "$b" --fields id,state,agent,purpose)" "$id	active	$a	consult" 'and sees the offer'
is "$(ixn-show "$id" --agent "$b" --json | jq -c .can[0])" "\"ixn-accept $id\"" 'and what to do'
is "$(load "$b")" 1 'an invitation counts as work'
status 79 as "$a" ixn-consult "$id" --to agent:cleo --json
is "$(code)" already_consulting 'one at a time'
like "$err" "$b" 'and it says who'
status 79 as "$a" ixn-transfer "$id" --complete --json
is "$(code)" not_connected 'not before the colleague is there'
unseen 79 as cleo ixn-accept "$id"
ok as "$a" chat-send "$id" --text 'one moment'

# Refused: nothing else changes.
ok as "$b" ixn-reject "$id" --reason busy
is "$(event)" "consult.refused $b rejected" 'refused'
is "$(show "$id" state,agent) $(load "$b") $(state "$b")" "active	$a 0 ready" 'all is as before'
ok as "$a" ixn-consult "$id" --to agent:"$b"
later 31
is "$(state "$b")" ready 'missed, before anybody has settled it'
ok as "$a" ixn-data "$id" --set x=1
is "$(event)" "consult.refused $b expired" 'missed'
is "$(show "$id" state,agent) $(load "$b") $(state "$b")" "active	$a 0 ready" 'that, too, and nobody is made not ready by it'
status 79 as "$b" ixn-accept "$id" --json
is "$(code)" offer_gone 'too late'
ok as "$a" ixn-consult "$id" --to agent:"$b"
ok as "$a" ixn-consult "$id" --end
is "$(event) $(load "$b")" "consult.ended $b withdrawn 0" 'taken back'
status 79 as "$a" ixn-consult "$id" --end --json
is "$(code)" state 'there is none to end'

# Accepted.
ok as "$a" ixn-consult "$id" --to agent:"$b" --note 'the inner question'
ok as "$b" ixn-accept
is "$(show "$id" state,agent)" "consulting	$a" 'the agent still has it'
is "$(event)" "consult.started $b" 'it has begun'
is "$(ixn-list --agent "$b" --ids)" "$id" 'it is among what the colleague has'
is "$(ixn-show "$id" --part participants --fields role,agent,until)" "contact		
owner	$a	
consult	$b	" 'who takes part'
is "$(ixn-data "$id" --get order --agent "$b")" 12 'the colleague sees the data'
like "$(chat-tail "$id" --agent "$b" --fields author,text)" 'Ann	Hello' 'and the messages'
like "$(chat-tail "$id" --agent "$b" --fields author,visible,text)" 'Alice	agents	the inner question' 'and what was asked'
status 79 as "$a" ixn-consult "$id" --to agent:cleo --json
is "$(code)" already_consulting 'still one at a time'

# What is said among agents, and to the contact.
ok as "$a" chat-send "$id" --visible agents --text 'an inner word'
ok as "$b" chat-send @ --text 'an inner answer'
ok as "$b" chat-send @ --visible agent:"$a" --text 'an inner whisper' --url https://www.example.org/inner
status 77 as "$b" chat-send "$id" --visible all --text 'dear madam' --json
is "$(code)" not_for_all 'who is consulted cannot speak to the contact'
ok as "$b" chat-send "$id" --typing
is "$(ixn-show "$id" --part history --json | jq -r 'select(.event == "chat.typing") | .ref' | tail -n 1)" colleague 'nor be seen to type'
ok as "$a" chat-send "$id" --text 'I have asked'
ok as '' chat-send "$id" --as-contact --text 'thank you'
unseen 77 as cleo chat-send "$id" --visible agents --text 'me, too'
is "$(chat-tail "$id" --fields visible,text | sed -n '/inner/s/	.*//p' | sort | uniq -c | tr -s ' \n' ' ')" ' 1 agent:alice.login 3 agents ' 'all of it is there'
status 77 as "$b" ixn-transfer "$id" --to queue:billing
status 77 as "$b" chat-end "$id"
status 77 as "$b" ixn-conference "$id" --to agent:cleo

is "$(chat-tail "$id" --public-only --fields text | tr '\n' '/')" 'Hello/Good morning/one moment/I have asked/thank you/' 'what the contact sees'
for form in '' --html --json; do
	unlike "$(transcript-show "$id" $form)" 'inner|refund|Bob|bob' "the transcript has nothing of it ${form:-as text}"
done
like "$(transcript-show "$id" --internal)" 'inner answer' 'unless it is asked for'

# Ended by the colleague, and again.
ok as "$b" ixn-consult "$id" --end
is "$(show "$id" state,agent) $(event) $(load "$b")" "active	$a consult.ended $b 0" 'ended by the colleague'
is "$(ixn-show "$id" --part participants --fields role,agent,until | grep consult | cut -f 3)" "$(ixn-show "$id" --part history --json | jq -r 'select(.event == "consult.ended") | .at' | tail -n 1)" 'who took part until then'
status 77 as "$b" chat-send "$id" --text 'still there?'
ok as "$a" ixn-consult "$id" --to team:support
is "$(show "$id" state) $(ixn-list --offers --ids --agent "$b")" "active $id" 'somebody of a team'
ok as "$b" ixn-accept "$id"
ok as "$a" ixn-consult "$id" --end
is "$(show "$id" state) $(event)" "active consult.ended $b" 'ended by the agent'
ok as "$a" ixn-consult "$id" --to 'skill:french>=3'
is "$(ixn-list --offers --ids --agent "$b")" "$id" 'who has the skill, whatever the queue'
ok as "$a" ixn-consult "$id" --end
ok as "$b" agent-state not-ready
ok as "$a" ixn-consult "$id" --to 'skill:french>=2'
is "$(ixn-list --offers --ids --agent cleo)" "$id" 'of whom somebody is free'
ok as "$a" ixn-consult "$id" --end
ok as "$a" ixn-consult "$id" --to queue:billing
is "$(ixn-list --offers --ids --agent cleo)" "$id" 'and of a queue, too'
ok as cleo ixn-reject
ok as "$a" ixn-consult "$id" --to agent:"$b"
is "$(ixn-list --offers --ids --agent "$b")" "$id" 'by name, one who is not ready, too'
ok as "$a" ixn-consult "$id" --end

# Room: a consult is work, and gives way to it.
other=$(create --queue billing --from bea@example.org)
is "$(show "$other" state,agent)" 'offered	cleo' 'a chat goes to cleo'
status 79 as "$a" ixn-consult "$id" --to agent:cleo --json
is "$(code)" no_room 'who has no room cannot be asked'
ok as cleo ixn-accept "$other"
ok as "$b" agent-state ready
ok as "$a" ixn-consult "$id" --to agent:"$b"
ok as "$b" ixn-accept
second=$(create --queue billing --from cat@example.org)
is "$(show "$second" state)" queued 'who is consulted is not offered another'
status 79 as "$b" agent-logout --json
is "$(code)" still_open 'nor logs out'
ok as "$a" ixn-consult "$id" --end
is "$(show "$second" state,agent)" "offered	$b" 'free again, the colleague is offered what waits'
ok as '' chat-end "$second" --as-contact

# What moves the interaction ends the consult. consulted: with whom, and that all is put right.
consulted() {
	ok as "$a" ixn-consult "$id" --to agent:"$b"
	ok as "$b" ixn-accept
	is "$(show "$id" state) $(load "$b")" 'consulting 1' "consulted, until it is $1"
}
over() { # STATE AGENT EVENT
	is "$(show "$id" state,agent) $(load "$b") $(event)" "$1	$2 0 consult.ended $b $3" "$3 ends it"
	is "$(sql "SELECT count(*) FROM participant WHERE until IS NULL") $(sql "SELECT count(*) FROM offer WHERE state = 'pending' AND purpose = 'consult'")" '0 0' 'nobody takes part any more'
}
consulted 'handed over'
ok as "$a" ixn-transfer "$id" --to agent:lee --if-unavailable queue
over offered eve ixn.transferred
ready lee
ok as lee ixn-transfer "$id" --to agent:"$a"
ok as "$a" ixn-accept "$id"
consulted 'taken by a lead'
ok as lee ixn-take "$id" --from "$a"
over active lee ixn.taken
ok as lee ixn-transfer "$id" --to agent:"$a"
ok as "$a" ixn-accept "$id"
consulted 'put back into a queue'
ok as "$a" ixn-place "$id" --in queue:none
over offered eve ixn.requeued
ok as eve ixn-accept "$id"
ok as eve ixn-transfer "$id" --to agent:"$a"
ok as "$a" ixn-accept "$id"

# A session that ends, of the colleague; of the agent.
consulted 'the end of a session'
ok as lee agent-logout --of "$b" --requeue
is "$(show "$id" state,agent) $(event)" "active	$a consult.ended $b agent.logout" 'the session of the colleague'
ready "$b"
ok as "$a" ixn-consult "$id" --to agent:"$b"
ok as "$b" agent-logout
is "$(show "$id" state,agent) $(event)" "active	$a consult.refused $b withdrawn" 'who is only asked may log out'
ready "$b"
consulted "the end of its agent's session"
ok as lee agent-logout --of "$a" --requeue
over offered lee ixn.requeued
ready "$a"
ok as lee ixn-accept "$id"

# An invitation does not outlive what it is about.
ok as lee ixn-consult "$id" --to agent:"$b"
ok as lee ixn-transfer "$id" --to agent:"$a"
status 79 as "$b" ixn-accept "$id" --json
is "$(code) $(load "$b")" 'offer_gone 0' 'handed over, it is withdrawn'
ok as "$a" ixn-accept "$id"

# About a mail they talk among themselves, too; there is no contact to be spoken to.
mailed=$(create --media email --queue sales --from ann@example.org --subject Refund)
ok as "$a" ixn-accept "$mailed"
ok as "$a" ixn-consult "$mailed" --to agent:"$b"
ok as "$b" ixn-accept "$mailed"
ok as "$b" chat-send "$mailed" --text 'refund her'
ok as "$a" chat-send "$mailed" --visible agents --text 'I will'
status 79 as "$a" chat-send "$mailed" --text 'dear madam'
is "$(chat-tail "$mailed" --agent "$a" --fields author,visible,text | tr '\t\n' ':/')" 'Bob:agents:refund her/Alice:agents:I will/' 'about a mail, too'
ok as "$a" ixn-done "$mailed"
is "$(show "$mailed" state) $(event "$mailed") $(sql "SELECT count(*) FROM participant WHERE ixn = '$mailed' AND until IS NULL")" "done consult.ended $b ixn.done 0" 'done, the consult is over'

# The contact leaves.
consulted 'ended by the contact'
ok as '' chat-end "$id" --as-contact
over wrap "$a" chat.ended
is "$(show "$id" reason,'done')" '	' 'it is still to be finished'
status 79 as "$a" ixn-consult "$id" --to agent:"$b" --json
is "$(code)" state 'there is nobody to be advised about'
status 79 as "$a" ixn-transfer "$id" --complete
ok as "$a" ixn-done "$id"
text=$(sql "SELECT text || html FROM outbox WHERE ixn = '$id'")
like "$text" 'thank you' 'the transcript is mailed'
unlike "$text" 'inner|refund|Bob|bob|consult' 'with nothing of it'
unlike "$(outbox-list --ixn "$id" --json)" 'inner|refund' 'nor is it in the outbox'
done_testing
