#!/bin/sh
# Row 64: a reply goes to the agent who served the contact last, and after a time to the
# queue; opening hours, through both changes of the clocks; overflow, in chains.
# covers: ixn-setup, ixn-create, ixn-accept, ixn-reject, agent-state, agent-logout
# shellcheck disable=SC2119 # chat: its options are its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/routing.sh"

# Sessions outlive what is left unused for days here.
mkdir -p "$XDG_CONFIG_HOME/ixn" && echo 'session_ttl = 1000d' >"$XDG_CONFIG_HOME/ixn/config"
# tick: somebody whom nothing here concerns makes what is due happen.
tick='{"name":"tick","queues":["none"],"media":["email"]}'
tick() { agent-login tick >/dev/null 2>&1; }
# served AGENT: the chat in $id, from its offer to its end.
served() {
	as "$1" ixn-accept "$id" >/dev/null
	after 1000
	as "$1" chat-end "$id" >/dev/null && as "$1" ixn-done "$id" >/dev/null
	after 1000
}
# log [REGEX]: what the rules did, of the last interaction.
log() { eye ixn-show "$id" --part history --fields at,event,agent,ref,reason | tr '\t' ' ' | grep -E -e "${1-overflowed|reserved|released|hours|widened}" | sed 's/^2026-11-21T//; s/  */ /g; s/ $//'; }
more() { printf '%s\n' "$1" >"$tmp/more.json" && ixn-setup --load "$tmp/more.json" >/dev/null; }

# The agent who served the contact last, though another has been idle for longer.
last() { site '{"agents":[{"name":"anna","capacity":{"chat":2}},{"name":"ben","capacity":{"chat":1}},'"$tick"'],
	"queues":[{"name":"q","last_agent":"'"$1"'"},{"name":"p"}]}'; }
at 0
last member
login ben --ready
chat && served ben
login anna --ready
after 1000
chat
is "$(holds "$id")" 'offered ben' 'a contact comes back: to who served it last'
is "$(log)" '09:00:03.000Z ixn.reserved ben last-agent' 'the log says why'
is "$(eye ixn-show "$id" --part offers --fields purpose)" route 'it is an offer like any other'
one=$id
as ben ixn-accept >/dev/null
after 1000
chat --from bob@example.org
is "$(holds "$id")" 'offered anna' 'another contact is nobody in particular'
as anna ixn-reject "$id" >/dev/null
as anna agent-state ready >/dev/null

# Busy: it waits for ben, and not beyond a minute.
at 60000
chat
is "$(holds "$id"), $(field "$id" queued)" 'queued, 2026-11-21T09:01:00.000Z' 'ben is busy: it waits for ben'
at 119999
tick
is "$(holds "$id")" 'queued' 'to the last millisecond'
at 125000
tick
is "$(holds "$id"), $(field "$id" queued)" 'offered anna, 2026-11-21T09:01:00.000Z' 'then it is of its queue, with its age'
is "$(log)" '09:01:00.000Z ixn.reserved ben last-agent
09:02:00.000Z ixn.released ben wait' 'at the time when it was due'
served anna

# What ends the wait at once. Each time ben has served ann last, and is busy.
again() {
	last "$1"
	after 1000
	login ben --ready
	chat && served ben
	login anna --ready
	chat --from bob@example.org --to agent:ben
	as ben ixn-accept "$id" >/dev/null && one=$id
	after 1000
	chat
	is "$(holds "$id")" 'queued' "${2-it waits for ben}"
	after 1000
}
at 200000
again member
ok as ben chat-end "$one"
ok as ben ixn-done "$one"
is "$(holds "$id")" 'offered ben' 'ben has room: offered'
ok as ben ixn-reject "$id"
is "$(holds "$id")" 'offered anna' 'rejected: to the queue at once'
at 300000
again member
ok as ben agent-state not-ready
is "$(holds "$id"); $(log released)" 'offered anna; 09:05:05.000Z ixn.released ben not-ready' 'not ready any more'
at 400000
again member
ok as ben agent-state not-ready --after-current
is "$(holds "$id"); $(log released)" 'offered anna; 09:06:45.000Z ixn.released ben not-ready' 'nor is who is about to go'
at 500000
again member
ok as ben agent-logout --requeue
is "$(holds "$id"); $(log released)" 'offered anna; 09:08:25.000Z ixn.released ben logged-out' 'logged out'
at 600000
again member
chat-end "$id" --as-contact >/dev/null
is "$(field "$id" state,reason)" 'done abandoned' 'the contact leaves'
at 700000
again member
ok as ben ixn-transfer "$one" --to agent:anna
is "$(as ben ixn-list --offers --ids)" "$id" 'ben hands the other over: offered'
ok as anna ixn-accept "$one"
after 30000
as ben agent-state >/dev/null && tick
is "$(offers "$id"); $(presence ben state)" 'expired ben no-answer, pending anna; not-ready' 'missed: to the queue, at once'

# Who cannot be routed to is not waited for; the log says who, and why not.
late() { # WHAT WANT
	after 1000
	chat
	is "$(holds "$id"); $(log)" "$1" "$2"
	chat-end "$id" --as-contact >/dev/null
}
at 800000
last member
login ben --ready
chat && served ben
login anna --ready
as ben agent-state not-ready >/dev/null
late 'offered anna; 09:13:23.000Z ixn.released ben not-ready' 'not ready'
as ben agent-logout >/dev/null
late 'offered anna; 09:13:24.000Z ixn.released ben logged-out' 'logged out'
agent-login ben --media email --ready >/dev/null
late 'offered anna; 09:13:25.000Z ixn.released ben logged-out' 'on another medium'
agent-login ben --ready >/dev/null
more '{"agents":[{"name":"ben","queues":["p"]}]}'
late 'offered anna; 09:13:26.000Z ixn.released ben no-member' 'not of this queue'
more '{"queues":[{"name":"q","last_agent":"always"}]}'
late 'offered ben; 09:13:27.000Z ixn.reserved ben last-agent' 'always: of whatever queue'
more '{"agents":[{"name":"ben","queues":["p","q"]}],"queues":[{"name":"q","skills":"x"}]}'
late 'offered ben; 09:13:28.000Z ixn.reserved ben last-agent' 'and whatever the skills'
more '{"agents":[{"name":"anna","skills":{"x":1}}],"queues":[{"name":"q","last_agent":"member"}]}'
late 'offered anna; 09:13:29.000Z ixn.released ben no-member' 'member: of the skills asked for'
more '{"queues":[{"name":"q","last_agent":"off"}]}'
late 'offered anna; ' 'off'

# What somebody has had in hand is handed over as it is said.
at 850000
last always
login ben --ready
chat && served ben
login anna --ready
as ben agent-state not-ready >/dev/null
id=$(ixn-create --ids --queue p --from ann@example.org)
as anna ixn-accept "$id" >/dev/null
as ben agent-state ready >/dev/null
ok as anna ixn-transfer "$id" --to queue:q
is "$(log)" '' 'no reply, but a transfer'

# A time of its own; and two who wait for one.
at 900000
again member 'a minute is the default'
more '{"queues":[{"name":"q","last_agent_wait":"5s"}]}'
after 4000
tick
is "$(holds "$id"); $(log released)" 'offered anna; 09:15:09.000Z ixn.released ben wait' 'the time changes while it waits'
chat --from bob@example.org
is "$(holds "$id")" 'queued' 'who has one open with ben waits for ben, too'
ok as ben agent-logout --requeue
is "$(holds "$id")" 'offered anna' 'until ben goes'

# While it waits for one agent it does not overflow; then at once.
at 950000
again member 'it waits for ben, again'
more '{"queues":[{"name":"q","overflow_to":"p","overflow_after":"30s"}]}'
after 58999
tick
is "$(holds "$id"), $(field "$id" queue)" 'queued, q' 'longer than others may'
after 1
tick
is "$(holds "$id"), $(field "$id" queue); $(log 'released|over')" 'offered anna, p; 09:16:54.000Z ixn.released ben wait
09:16:54.000Z ixn.overflowed queue:p wait' 'then it goes on'

# Closed: what comes.
hours() { # QUEUE CALENDAR
	site '{"agents":[{"name":"anna","capacity":{"chat":9,"email":9}},'"$tick"'],"hours":[{"name":"office",'"$2"'}],
	"queues":[{"name":"q","hours":"office"'"$1"'},{"name":"p"}]}'
}
weekdays='"zone":"Europe/Paris","mon":"09:00-12:00, 13:00-18:00","tue":"09:00-18:00","special":[{"date":"11-24"},{"date":"2026-11-25","open":"10:00-11:00"}]'
at 0
hours '' "$weekdays"
login anna --ready
chat && held=$id
is "$(holds "$id"); $(log)" 'queued; 09:00:00.000Z ixn.afterhours queue:q hold' 'Saturday: it waits'
is "$(eye chat-tail "$id")" '' 'nothing is said'
at 1000
chat --from bob@example.org && second=$id
# Monday, 09:00 in Paris.
at 169199999
tick
is "$(holds "$held" "$second")" 'queued, queued' 'to the last millisecond'
at 169200000
tick
is "$(holds "$held" "$second"), $(field "$held" queued)" 'offered anna, offered anna, 2026-11-21T09:00:00.000Z' 'opening offers what waits, with its age'
is "$(events at,event,ref,actor_kind 'queue\.')" '2026-11-21T09:00:00.000Z queue.closed queue:q owner
2026-11-23T08:00:00.000Z queue.opened queue:q system' 'the log'
as anna ixn-accept "$held" >/dev/null && as anna ixn-accept "$second" >/dev/null
# Closing, while one is offered, one active, one waits.
at 179999000
chat --from carl@example.org && offered=$id
as anna agent-state not-ready >/dev/null
chat --from dora@example.org && waits=$id
at 180000000
tick
is "$(holds "$held" "$offered" "$waits")" 'active anna, offered anna, queued' 'closing: what is offered stays offered'
ok as anna ixn-accept "$offered"
as anna agent-state ready >/dev/null
is "$(holds "$offered" "$waits"); $(log 'hours')" 'active anna, queued; ' 'what waits holds'
chat --from ed@example.org
is "$(holds "$id")" 'queued' 'what comes at noon, too'
at 183600000
tick
is "$(holds "$waits" "$id")" 'offered anna, offered anna' 'until one'
# A long silence: each change at its own time; special days.
at 600000000
tick
is "$(events at,event 'queue\.' | tail -n 4)" '2026-11-23T12:00:00.000Z queue.opened
2026-11-23T17:00:00.000Z queue.closed
2026-11-25T09:00:00.000Z queue.opened
2026-11-25T10:00:00.000Z queue.closed' 'the 24th is closed, the 25th is not'

# More wait than one write offers, in lanes of several skills: the oldest first, and all of them.
at 0
site '{"agents":[{"name":"anna","capacity":{"chat":40},"skills":{"x":1}},{"name":"ben","capacity":{"chat":40}},'"$tick"'],
	"hours":[{"name":"h","zone":"UTC","mon":"09:00-18:00"}],"queues":[{"name":"q","hours":"h","selection":"least-loaded"}]}'
login anna --ready
login ben --ready
for i in $(seq 90); do
	[ $((i % 3)) = 0 ] && echo "{\"queue\":\"q\",\"priority\":$((100 - i)),\"skill\":[\"x\"]}" || echo "{\"queue\":\"q\",\"priority\":$((100 - i))}"
done | ixn-create --input - --ids >ids 2>/dev/null
at 172800000
tick
offered() { ixn-list --all --state offered --ids --limit 200 | grep -c .; }
is "$(offered)" 64 'what one write offers'
is "$(eye ixn-show "$(sed -n 64p ids)" "$(sed -n 65p ids)" --fields state | tr '\n' ' ')" 'offered queued ' 'the oldest of all first'
after 1
tick
is "$(offered)" 80 'the next goes on, as far as there is room'
is "$(as anna ixn-list --offers --ids --limit 200 | grep -c .) $(presence ben load)" '40 40' 'to both alike'

at 0
hours ',"closed":"overflow","closed_to":"p"' "$weekdays"
login anna --ready
chat
is "$(holds "$id"), $(field "$id" queue,origin); $(log)" 'offered anna, p q; 09:00:00.000Z ixn.overflowed queue:p closed' 'overflow: to another queue, at once'
as anna ixn-accept >/dev/null
after 1000
ok as anna ixn-transfer "$id" --to queue:q
is "$(field "$id" queue)" p 'what is handed over goes on, too'

at 10000
hours ',"closed":"message"' "$weekdays"
login anna --ready
ok ixn-create --queue q --from ann@example.org --language fr --text Bonjour
id=$(printf '%s\n' "$out" | cut -f1)
is "$(printf '%s\n' "$out" | cut -f2)" 'done' 'message: it has ended'
is "$(field "$id" state,reason,ended,done)" 'done stopped 2026-11-21T09:00:10.000Z 2026-11-21T09:00:10.000Z' 'taken out of the workflow'
is "$(eye chat-tail "$id" --fields seq,role,text | tr '\t' ' ')" '1 contact Bonjour
2 system Nous sommes fermés pour le moment. Nous rouvrons le 2026-11-23 09:00 (Europe/Paris).' 'the contact is told, in French, when it opens there'
is "$(log)" '09:00:10.000Z ixn.afterhours queue:q message' 'the log'
id=$(ixn-create --ids --queue q --from ann@example.org --language de)
is "$(eye chat-tail "$id" --fields text)" 'We are closed at the moment. We open again on 2026-11-23 09:00 (Europe/Paris).' 'English where there is no other'
id=$(ixn-create --ids --queue q --media email --from ann@example.org)
is "$(holds "$id"); $(log)" 'queued; 09:00:10.000Z ixn.afterhours queue:q hold' 'who cannot be told on the spot waits'
id=$(ixn-create --ids --queue p --from bob@example.org)
as anna ixn-accept "$id" >/dev/null
ok as anna ixn-transfer "$id" --to queue:q
is "$(holds "$id"); $(log); $(eye chat-tail "$id" --fields role)" 'queued; 09:00:10.000Z ixn.afterhours queue:q hold; system' 'what a colleague had in hand is not ended: told, and held'
ok chat-end "$id" --as-contact

at 20000
hours ',"closed":"callback"' "$weekdays"
chat
is "$(holds "$id"); $(log)" 'queued; 09:00:20.000Z ixn.afterhours queue:q callback' 'callback: it waits'
is "$(eye chat-tail "$id" --fields text)" 'We are closed at the moment. We open again on 2026-11-23 09:00 (Europe/Paris).
Shall we call you back then? Tell us your number, and when it suits you.' 'and a call is offered'
ok chat-send "$id" --as-contact --text '+33 1 40 50 60 70'
at 30000
hours ',"closed":"callback"' '"zone":"Europe/Paris","special":[{"date":"2026-11-20","open":"09:00-10:00"}]'
chat
is "$(eye chat-tail "$id" --fields text | head -n 1)" 'We are closed at the moment.' 'when it opens is not known'

# The clocks change. clock TIME: in a store of its own.
clock() { at $((($(date -u -d "$1" +%s) - 1795251600) * 1000)); }
# open: whether a chat that comes now is offered.
open() {
	chat
	case $(holds "$id") in queued) echo closed ;; *) echo open ;; esac
	chat-end "$id" --as-contact >/dev/null
}
night='"zone":"Europe/Paris","sun":"02:30-04:00","mon":"09:00-18:00"'
clock 2026-10-24T20:00:00Z
hours '' "$night"
login anna --ready
is "$(open)" closed 'the evening before'
clock 2026-10-25T00:29:59Z
is "$(open)" closed 'autumn: 02:29:59, summer time'
clock 2026-10-25T00:30:00Z
is "$(open)" open '02:30, the first time'
clock 2026-10-25T01:10:00Z
is "$(open)" open '02:10, the second time: no break'
clock 2026-10-25T02:59:59Z
is "$(open)" open '03:59:59'
clock 2026-10-25T03:00:00Z
is "$(open)" closed '04:00'
clock 2026-10-26T08:00:00Z
is "$(open)" open 'Monday, 09:00, winter time'
is "$(events at,event 'queue\.')" '2026-10-24T20:00:00.000Z queue.closed
2026-10-25T00:30:00.000Z queue.opened
2026-10-25T03:00:00.000Z queue.closed
2026-10-26T08:00:00.000Z queue.opened' 'nothing happens twice'
clock 2027-03-27T20:00:00Z
hours '' "$night"
login anna --ready
chat && early=$id
clock 2027-03-28T00:59:59Z
tick
is "$(holds "$early")" 'queued' 'spring: 01:59:59'
clock 2027-03-28T01:00:00Z
tick
is "$(holds "$early")" 'offered anna' '03:00: half past two was left out'
ok chat-end "$early" --as-contact
clock 2027-03-28T02:00:00Z
is "$(open)" closed '04:00'
clock 2027-03-29T07:00:00Z
is "$(open)" open 'Monday, 09:00, summer time'
# The clock of the machine jumps back: nothing happens twice; and far ahead.
events at,event 'queue\.' >"$tmp/before"
clock 2027-03-28T00:30:00Z
tick
clock 2027-03-29T07:00:01Z
tick
is "$(events at,event 'queue\.')" "$(cat "$tmp/before")" 'back and forth'
clock 2027-04-12T12:00:00Z
tick
is "$(events at,event 'queue\.' | tail -n 4)" '2027-04-05T16:00:00.000Z queue.closed
2027-04-11T00:30:00.000Z queue.opened
2027-04-11T02:00:00.000Z queue.closed
2027-04-12T07:00:00.000Z queue.opened' 'two weeks later'

# Overflow: after a wait in the queue, by length, because nobody is there.
over() { site '{"agents":[{"name":"anna","queues":["q"],"capacity":{"chat":1}},{"name":"ben","queues":["p"],"skills":{"x":1},"capacity":{"chat":1}},{"name":"cleo","queues":["o"],"capacity":{"chat":9}},'"$tick"'],
	"queues":['"$1"']}'; }
at 0
over '{"name":"q","skills":"","overflow_to":"p","overflow_after":"30s"},{"name":"p","ageing":2},{"name":"o"}'
login ben --ready
login cleo --ready
chat --priority 7 --skill 'x' && x=$id
after 1000
chat && y=$id
at 29999
tick
is "$(field "$x" state,queue)" 'queued q' 'to the last millisecond'
at 40000
tick
is "$(holds "$x" "$y"); $(field "$y" queue)" 'offered ben, queued; p' 'behind half a minute'
id=$x
is "$(field "$id" queued,priority,origin,skills); $(log)" '2026-11-21T09:00:00.000Z 7 q x; 09:00:30.000Z ixn.overflowed queue:p wait' 'age, priority and its own skills are kept; at the time when it was due'
id=$y
is "$(log)" '09:00:31.000Z ixn.overflowed queue:p wait' 'each at its own'
# Offered at that instant: if the offer comes back.
at 100000
over '{"name":"q","overflow_to":"p","overflow_after":"30s"},{"name":"p"},{"name":"o"}'
login ben --ready
chat
at 125000
login anna --ready
at 131000
tick
is "$(holds "$id"), $(field "$id" queue)" 'offered anna, q' 'offered when its time is up: it stays'
ok as anna ixn-reject "$id"
is "$(holds "$id"); $(log)" 'offered ben; 09:02:11.000Z ixn.overflowed queue:p wait' 'it comes back: it overflows'
ok as ben ixn-reject "$id"
at 200000
is "$(field "$id" queue)" p 'and stays there'
# A chain, settled late: each step at its time; the wait is that in each queue.
at 300000
over '{"name":"q","overflow_to":"p","overflow_after":"30s"},{"name":"p","overflow_to":"o","overflow_after":"20s"},{"name":"o"}'
chat
at 400000
tick
is "$(field "$id" queue,queued); $(log)" 'o 2026-11-21T09:05:00.000Z; 09:05:30.000Z ixn.overflowed queue:p wait
09:05:50.000Z ixn.overflowed queue:o wait' 'on and on'
login cleo --ready
is "$(holds "$id")" 'offered cleo' 'to somebody in the end'
# Length: as many wait as may.
at 500000
over '{"name":"q","overflow_to":"p","overflow_length":2},{"name":"p","overflow_to":"o","overflow_length":1},{"name":"o"}'
ids=
for _ in 1 2 3 4 5; do
	chat && ids="$ids $id"
	after 1000
done
# shellcheck disable=SC2086 # a list
is "$(eye ixn-show $ids --fields queue | tr '\n' ' ')" 'q q p o o ' 'length: the third goes on, and on'
is "$(log)" '09:08:24.000Z ixn.overflowed queue:p length
09:08:24.000Z ixn.overflowed queue:o length' 'the log'
login anna --ready
chat
is "$(field "$id" queue)" q 'one is offered: one less waits'
# Nobody is logged in who could take it.
at 600000
over '{"name":"q","overflow_to":"p","overflow_nobody":true},{"name":"p"},{"name":"o"}'
chat
is "$(field "$id" queue); $(log)" 'p; 09:10:00.000Z ixn.overflowed queue:p nobody' 'nobody is there'
agent-login anna --media email >/dev/null
chat
is "$(field "$id" queue)" p 'nobody on this medium'
login anna
chat
is "$(field "$id" queue)" q 'somebody, though not ready'
chat --skill x
is "$(field "$id" queue)" p 'nobody with these skills'
# Both: closed, and then full.
at 700000
site '{"agents":['"$tick"'],"hours":[{"name":"h","zone":"UTC","sun":"00:00-24:00"}],
	"queues":[{"name":"q","hours":"h","closed":"overflow","closed_to":"p"},{"name":"p","overflow_to":"o","overflow_nobody":true},{"name":"o","hours":"h","closed":"message"}]}'
chat
is "$(field "$id" state,queue); $(log)" 'done o; 09:11:40.000Z ixn.overflowed queue:p closed
09:11:40.000Z ixn.overflowed queue:o nobody
09:11:40.000Z ixn.afterhours queue:o message' 'the rules of each queue on the way'
done_testing
