#!/bin/sh
# covers: ixn-conference, ixn-consult, chat-send, chat-end, ixn-show, ixn-transfer
# Colleagues in a chat whom the contact sees: several may join, each leaves alone,
# the chat goes on; when it ends all are released.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
command -v sqlite3 >/dev/null || skip_all 'sqlite3 is not installed'
site <<'J'
{"agents":[{"name":"alice.login","alias":"Alice","queues":["sales"],"capacity":{"chat":3}},
{"name":"bob.login","alias":"Bob","queues":["billing"],"capacity":{"chat":1}},
{"name":"cleo.login","alias":"Cleo","queues":["billing"],"capacity":{"chat":1}},
{"name":"dan.login","queues":["sales"],"capacity":{"chat":9}},
{"name":"lee.login","alias":"Lee","role":"lead","teams":["support"],"queues":["none"],"capacity":{"chat":1}}],
"queues":[{"name":"sales"},{"name":"billing"},{"name":"none"}],
"teams":[{"name":"support"}]}
J
a=alice.login b=bob.login c=cleo.login d=dan.login l=lee.login
ready "$a" "$b" "$c"
chat() { id=$(create --from ann@example.org --name Ann --queue sales --text Hello "$@"); }
chat
ok as "$a" ixn-accept
load() { agent-state --agent "$1" --fields load | head -n 1; }
public() { chat-tail "$id" --public-only --fields author,text | tr '\t\n' ':/'; }
last() { chat-tail "$id" --public-only --fields role,author,text | tail -n 1; }
parties() { ixn-show "$id" --part participants --fields role,agent,until | grep -v '^owner\|^contact' | grep '	$' | cut -f 1,2 | tr '\t\n' ' ,'; }
events() { ixn-show "$id" --part history --json | jq -r 'select(.event | startswith("conference")) | "\(.event) \(.agent) \(.reason // "")"' | sed 's/ $//'; }

# Asked, refused, missed, taken back: the contact sees nothing of it.
status 64 as "$a" ixn-conference "$id"
status 64 as "$a" ixn-conference "$id" --to agent:"$b" --complete
status 64 as "$a" ixn-conference "$id" --to mailto:x@example.org
status 79 as "$a" ixn-conference "$id" --to agent:"$d" --json
is "$(code)" target_unavailable 'an agent who is not logged in'
status 79 as "$a" ixn-conference "$id" --end --json
is "$(code)" state 'there is none to end'
status 79 as "$a" ixn-conference "$id" --complete --json
is "$(code)" state 'nor to complete'
unseen 77 as "$b" ixn-conference "$id" --to agent:"$c"
ok as "$a" ixn-conference "$id" --to agent:"$b"
is "$(show "$id" state,agent) $(ixn-list --offers --agent "$b" --fields id,purpose) $(load "$b")" "active	$a $id	conference 1" 'asked'
status 79 as "$a" ixn-conference "$id" --to agent:"$b" --json
is "$(code)" not_a_choice 'once is enough'
ok as "$b" ixn-reject
later 1
ok as "$a" ixn-conference "$id" --to agent:"$b"
later 31
ok as "$a" ixn-conference "$id" --to agent:"$b"
is "$(agent-state --agent "$b" --fields state)" ready 'who does not answer is not made not ready'
ok as "$a" ixn-conference "$id" --remove agent:"$b"
is "$(load "$b")" 0 'nobody is asked any more'
is "$(events | cut -d ' ' -f 1,3 | tr '\n' ,)" 'conference.invited,conference.refused rejected,conference.invited,conference.refused expired,conference.invited,' 'in the log'
is "$(public)" 'Ann:Hello/' 'the contact sees nothing of it'

# Two join, by alias.
ok as "$a" ixn-conference "$id" --to agent:"$b"
ok as "$a" ixn-conference "$id" --to queue:billing
ok as "$b" ixn-accept
is "$(show "$id" state,agent)" "active	$a" 'the agent still has it'
is "$(last)" 'system		Bob has joined the conversation.' 'the contact sees who joins'
ok as "$c" ixn-accept
is "$(parties)" "conference $b,conference $c," 'several at once'
is "$(events | tail -n 2 | tr '\n' ,)" "conference.joined $b,conference.joined $c," 'in the log'
ok as "$b" chat-send @ --text 'Bob here'
ok as "$c" chat-send @ --text 'I am Cleo'
ok as "$c" chat-send @ --visible agents --text 'psst'
ok as '' chat-send "$id" --as-contact --text 'so many'
is "$(public)" 'Ann:Hello/:Bob has joined the conversation./:Cleo has joined the conversation./Bob:Bob here/Cleo:I am Cleo/Ann:so many/' 'the contact sees both'
unlike "$(public; transcript-show "$id"; transcript-show "$id" --html)" 'login' 'by alias'
status 77 as "$b" ixn-conference "$id" --remove agent:"$c"
status 77 as "$b" ixn-transfer "$id" --to queue:billing
status 77 as "$b" chat-end "$id"
status 79 as "$a" ixn-consult "$id" --to agent:"$b" --json
is "$(code)" not_a_choice 'who is there cannot be consulted'
status 79 as "$b" agent-logout

# One leaves alone; the chat goes on.
ok as "$b" ixn-conference @ --end
is "$(last)" 'system		Bob has left the conversation.' 'the contact sees who leaves'
is "$(parties) $(load "$b")" "conference $c, 0" 'who leaves has room again'
status 77 as "$b" chat-send "$id" --text 'one more thing'
ok as "$c" chat-send "$id" --text 'still here'
ok as "$a" chat-send "$id" --text 'so am I'
status 79 as "$a" ixn-conference "$id" --remove agent:"$b" --json
is "$(code)" no_part 'who is not there cannot be removed'
ok as "$a" ixn-conference "$id" --remove agent:"$c"
is "$(last) $(parties) $(load "$c")" 'system		Cleo has left the conversation.  0' 'removed'

# Out of a consult.
ok as "$a" ixn-consult "$id" --to agent:"$b"
status 79 as "$a" ixn-conference "$id" --complete --json
is "$(code)" not_connected 'not before the colleague is there'
ok as "$b" ixn-accept
status 77 as "$b" ixn-conference "$id" --complete
ok as "$a" ixn-conference "$id" --complete
is "$(show "$id" state,agent) $(parties) $(load "$b")" "active	$a conference $b, 1" 'a consult becomes a conference'
is "$(last)" 'system		Bob has joined the conversation.' 'and the contact sees it'
ok as "$b" chat-send "$id" --text 'we have talked about it'
is "$(last)" 'agent	Bob	we have talked about it' 'and hears the colleague'
ok as "$a" ixn-consult "$id" --to agent:"$c"
ok as "$c" ixn-accept
is "$(show "$id" state) $(parties)" "consulting conference $b,consult $c," 'another can be consulted meanwhile'
ok as "$a" ixn-consult "$id" --end

# Handed over: they stay, and may talk while it waits.
ok as "$a" ixn-conference "$id" --to agent:"$c"
ok as "$a" ixn-transfer "$id" --to queue:none
is "$(show "$id" state,agent) $(parties)" "queued	 conference $b," 'handed over, who is there stays'
is "$(load "$c")" 0 'who was only asked is not'
ok as "$b" chat-send "$id" --text 'somebody will be with you'
is "$(last)" 'agent	Bob	somebody will be with you' 'and talks to the contact'
status 79 as "$a" chat-send "$id" --text 'me too'
ready "$l"
is "$(show "$id" state,agent)" "offered	$l" 'it is offered on'
ok as "$b" chat-send "$id" --text 'still with you'
ok as "$l" ixn-accept
is "$(show "$id" state,agent) $(parties)" "active	$l conference $b," 'the new agent has it, with the colleague'

# To who is there: at once, there is nothing to offer.
ok as "$l" ixn-transfer "$id" --to agent:"$b"
is "$(show "$id" state,agent) $(parties) $(load "$b") $(load "$l")" "active	$b  1 0" 'handed over to who is there: at once'
is "$(ixn-show "$id" --part participants --fields role,agent,until | grep '^owner' | cut -f 2 | tr '\n' ,)" "$a,$l,$b," 'the owners, one after the other'
is "$(sql "SELECT count(*) FROM segment a JOIN segment b ON a.ixn = b.ixn AND a.ended = b.started WHERE a.agent = '$l' AND b.agent = '$b'")" 1 'without a gap'

# The contact ends it: all are released.
ok as "$b" ixn-conference "$id" --to agent:"$c"
ok as "$c" ixn-accept
ok as '' chat-end "$id" --as-contact
is "$(show "$id" state,agent) $(parties) $(load "$c")" "wrap	$b  0" 'the contact ends it for all'
is "$(events | tail -n 1)" "conference.left $c chat.ended" 'in the log'
unlike "$(last)" 'left' 'nobody is told who left'
ok as "$b" ixn-done "$id"

# The agent ends it; the owner ends the conference.
chat
ok as "$a" ixn-accept
for x in "$b" "$c"; do
	ok as "$a" ixn-conference "$id" --to agent:"$x"
	ok as "$x" ixn-accept
done
ok as "$a" ixn-conference "$id" --to agent:"$l"
ok as "$a" ixn-conference "$id" --end
is "$(show "$id" state,agent) $(parties) $(load "$b")$(load "$c")$(load "$l")" "active	$a  000" 'ended by its agent: all leave, and nobody is asked any more'
ok as "$a" ixn-conference "$id" --to agent:"$b"
ok as "$b" ixn-accept
ok as "$a" chat-end "$id"
is "$(show "$id" state,agent) $(parties) $(load "$b")" "wrap	$a  0" 'ended with the chat'
ok as "$a" ixn-done "$id"

# The session of one of them ends; that of the agent.
chat
ok as "$a" ixn-accept
ok as "$a" ixn-conference "$id" --to agent:"$b"
ok as "$b" ixn-accept
ok as "$l" agent-logout --of "$b" --requeue
is "$(show "$id" state,agent) $(parties) $(events | tail -n 1)" "active	$a  conference.left $b agent.logout" 'the session of the colleague ends'
is "$(last)" 'system		Bob has left the conversation.' 'and the contact sees it'
ready "$b"
ok as "$a" ixn-conference "$id" --to agent:"$b"
ok as "$b" ixn-accept
ok as "$l" agent-logout --of "$a" --requeue
is "$(show "$id" state) $(parties) $(load "$b") $(events | tail -n 1)" "queued  0 conference.left $b ixn.requeued" 'the session of its agent ends: the colleague leaves'
is "$(last)" 'system		Bob has left the conversation.' 'and the contact sees it'
ok as '' chat-end "$id" --as-contact

# A lead who listens may join: then that ends.
chat
ready "$a"
ok as "$a" ixn-accept "$id"
ok as "$l" team-monitor "$id" --mode listen
ok as "$a" ixn-conference "$id" --to lead:support
ok as "$l" ixn-accept
is "$(parties) $(ixn-show "$id" --part participants --agent "$l" --fields role,agent | tail -n 1)" "conference $l, conference	$l" 'a lead who listened joins'
ok as "$l" ixn-conference @ --end
ok as '' chat-end "$id" --as-contact
ok as "$a" ixn-done "$id"
ok as "$a" agent-logout

# The words are those of the contact's language; who has no alias has no name.
ready "$d"
chat --language fr
ok as "$d" ixn-accept
ok as "$d" ixn-conference "$id" --to agent:"$b"
ok as "$b" ixn-accept
is "$(last)" 'system		Bob a rejoint la conversation.' 'in French'
ok as "$d" ixn-transfer "$id" --to agent:"$b"
ok as "$b" ixn-conference "$id" --to agent:"$d"
ok as "$d" ixn-accept
is "$(last)" 'system		Agent a rejoint la conversation.' 'no alias: never the login'

# Of a queue somebody else: neither who has it nor who is asked already, though they have room.
ok as "$d" agent-state not-ready
ready "$a"
chat
ok as "$a" ixn-accept "$id"
ok as "$d" agent-state ready
ok as "$a" ixn-conference "$id" --to queue:sales
is "$(ixn-list --offers --agent "$d" --ids)" "$id" 'somebody else of the queue'
status 79 as "$a" ixn-conference "$id" --to queue:sales --json
is "$(code)" target_unavailable 'and then nobody any more'
is "$(sql "SELECT count(*) FROM participant p WHERE until IS NULL AND NOT EXISTS (SELECT 1 FROM ixn i WHERE i.id = p.ixn AND i.state = 'active')")" 0 'nobody is left behind'
# To a queue of who is there already: there and offered, each is one.
ready "$a"
chat --to agent:"$a"
ok as "$a" ixn-accept "$id"
had=$(load "$d")
ok as "$a" ixn-conference "$id" --to agent:"$d"
ok as "$d" ixn-accept "$id"
ok as "$a" ixn-transfer "$id" --to queue:sales
is "$(show "$id" state,agent) $(load "$d")" "offered	$d $((had + 2))" 'offered to who is there: two of what it has room for'
is "$(ixn-doctor)" '' 'as all counts have it'
done_testing
