#!/bin/sh
# covers: who owns a chat when many processes race: 6 agents and 2 leads accept,
# reject, hand over and finish 200 chats while the contacts write and leave.
# Whatever came of it must add up: one end each, one owner at any time, no
# message lost or doubled, loads as they are recounted, no status undocumented.
# The choices are made from seeds; what they meet is the scheduler's.
. "$(dirname "$0")/lib.sh"
# Over a network each command takes longer.
! $served || : "${CHATS:=100}" "${ROUNDS:=50}"
: "${CHATS:=200}" "${ROUNDS:=120}"

command -v sqlite3 >/dev/null || skip_all 'no sqlite3'
export IXN_STORE="file:$tmp/work/store.db" IXN_CLOCK="$tmp/work/clock"
sides=4 agents='a1 a2 a3 a4 a5 a6 l1 l2'

# The clock runs fast, so that offers expire, and is put back now and then.
tick() { # SECONDS since 9:00
	printf '2026-11-21T%02d:%02d:%02dZ\n' $((9 + $1 / 3600)) $(($1 / 60 % 60)) $(($1 % 60)) >clock.new && mv clock.new clock
}
run_clock() {
	_t=0
	while [ ! -e stop ]; do
		_t=$((_t + 1))
		[ $((_t % 16)) != 0 ] || _t=$((_t - 5))
		tick $_t
		sleep 0.05
	done
	tick $((_t + 30))
}
tick 0
cat >site.json <<'J'
{"agents":[{"name":"a1","capacity":{"chat":3}},{"name":"a2","capacity":{"chat":3}},{"name":"a3","capacity":{"chat":2}},
 {"name":"a4","capacity":{"chat":2}},{"name":"a5","capacity":{"chat":1}},{"name":"a6","capacity":{"chat":1}},
 {"name":"l1","role":"lead","teams":["t"],"capacity":{"chat":2}},{"name":"l2","role":"lead","teams":["t"],"capacity":{"chat":1}}],
"teams":[{"name":"t","leads":["l1","l2"]}],"queues":[{"name":"q1","offer_timeout":"15s","exclusion":"5s"},{"name":"q2","offer_timeout":"15s","exclusion":"5s"}],
"dispositions":[{"code":"ok"}]}
J
ok ixn-setup --test --load site.json
for a in $agents; do ok agent-login "$a" --ready; done

# A worker: its number, what it draws, and the status of each command it runs.
worker() { w=$1 seed=$((7919 * $1 + 17)); }
draw() { seed=$(((seed * 1103515245 + 12345) % 2147483648)) r=$((seed / 65536 % $1)); }
try() {
	_rc=0
	"$@" >out."$w" 2>err."$w" || _rc=$?
	case $1:$_rc in
	*:0 | ixn-accept:1 | ixn-reject:1 | ixn-accept:7[79] | ixn-reject:7[79] | chat-send:7[79] | chat-end:7[79] | ixn-transfer:7[79] | ixn-done:7[79]) ;;
	# Over a network what somebody else has by now is not there.
	ixn-accept:66) $served && grep -q 'no interaction' err."$w" || echo "$*: $_rc $(cat err."$w")" >>strange ;;
	*) echo "$*: $_rc $(cat err."$w")" >>strange ;;
	esac
	echo "$1 $_rc" >>"status.$w"
	return $_rc
}

# say ID N: as the contact; what was taken is noted down.
say() { ! try chat-send "$1" --as-contact --text "msg $2" || echo "$1|msg $2" >>said."$w"; }
# leave ID: in the background, while the same contact still writes.
leave() {
	w=$w.leaving
	try chat-end "$1" --as-contact
}
contacts() {
	worker "$1"
	_n=0
	while [ $_n -lt $((CHATS / sides)) ]; do
		_n=$((_n + 1))
		draw 2
		try ixn-create --ids --queue q$((r + 1)) --from "c$1-$_n@example.net" --text 'msg 0' || continue
		read -r id <out."$w"
		echo "$id|msg 0" >>said."$w"
		echo "$id" >>chats
		draw 4
		_last=$r _i=0
		while [ $_i -lt "$_last" ]; do
			_i=$((_i + 1))
			say "$id" $_i
		done
		draw 3
		[ "$r" != 0 ] || leave "$id" &
		say "$id" $((_last + 1))
		say "$id" $((_last + 2))
		wait $!
	done
}

# one_of: any of standard input's lines, in $id; fails when there is none.
one_of() {
	draw 1000
	id=$(awk -v r="$r" '{ line[NR] = $0 } END { if (NR) print line[r % NR + 1] }')
	[ -n "$id" ]
}
hand_over() {
	draw 12
	case $r in
	[0-7]) try ixn-transfer "$id" --to "agent:$(echo "$agents" | cut -d ' ' -f $((r + 1)))" --note "from $IXN_AGENT" ;;
	8 | 9) try ixn-transfer "$id" --to queue:q1 ;;
	10) try ixn-transfer "$id" --to queue:q2 ;;
	*) try ixn-transfer "$id" --to lead:t ;;
	esac
}
work() {
	draw 10
	case $r in
	[01]) try chat-send "$id" --text 'Yes?' ;;
	[2345]) hand_over ;;
	6) try chat-end "$id" ;;
	*) try chat-end "$id" && try ixn-done "$id" --disposition ok ;;
	esac
}
agent() { # NUMBER NAME
	worker "$1"
	export IXN_AGENT="$2"
	_n=0
	while [ $_n -lt "$ROUNDS" ]; do
		_n=$((_n + 1))
		draw 10
		case $r:$2 in
		[012]:*) try ixn-accept ;;
		# What was offered to a colleague a moment ago.
		3:*)
			ixn-list --offers --ids >>offered
			tail -n 12 offered >some."$w"
			one_of <some."$w" && try ixn-accept "$id"
			;;
		4:*) try ixn-reject --reason busy ;;
		5:*) try agent-state ready ;;
		# A lead reaches into what others have, or nobody has yet.
		[67]:l*) one_of <chats && work ;;
		*) ixn-list --ids >mine."$w" && one_of <mine."$w" && work ;;
		esac
	done
}

: >chats
: >strange
run_clock &
ticking=$! workers=''
pids="$pids $!"
n=0
for a in $agents a1 l1; do # two of them from two desks at once
	n=$((n + 1))
	agent $n "$a" &
	workers="$workers $!"
done
for i in $(seq $sides); do
	contacts $((100 + i)) &
	workers="$workers $!"
done
# shellcheck disable=SC2086 # a list
{ pids="$pids $workers" && wait $workers; } 2>/dev/null
echo "# $(cat status.* | wc -l) commands: $(cat status.* | sort | uniq -c | tr -s ' \n' ' ')"
is "$(head -n 20 strange)" '' 'no command ended in a way that it may not'
is "$(sort -u chats | wc -l)" $((CHATS / sides * sides)) 'all chats came in'

ask() { sqlite3 -readonly store.db "$1" 2>&1; }
# loads: what the store says of each agent, and what is there.
loads() {
	is "$(ask "SELECT agent, load, room, free FROM agent_medium ORDER BY agent")" \
		"$(ask "SELECT m.agent, l.n, CASE WHEN c.max > l.n THEN c.max - l.n ELSE 0 END, CASE WHEN m.state = 'ready' AND c.max > l.n THEN 1 ELSE 0 END FROM agent_medium m JOIN agent_capacity c ON c.agent = m.agent JOIN
			(SELECT agent AS who, (SELECT count(*) FROM ixn i WHERE i.agent = g.name AND i.state <> 'done') +
			(SELECT count(*) FROM offer o WHERE o.agent = g.name AND o.state = 'pending') AS n FROM agent_medium x JOIN agent g ON g.name = x.agent) l ON l.who = m.agent ORDER BY m.agent")" "$1"
}
loads 'loads are what is counted, in the middle of it'
ask "SELECT count(*) FROM ixn WHERE state <> 'done'" >open
echo "# still open: $(cat open)"

# What is left is finished by one lead; whose contact has gone is still to be taken first.
touch stop
wait $ticking 2>/dev/null
for a in $agents; do ok agent-state not-ready --agent "$a"; done
ok agent-state ready --agent l1
export IXN_AGENT=l1
worker 999
finish() {
	try chat-end "$1"
	[ "$(ask "SELECT count(*) FROM ixn WHERE id = '$1' AND state IN ('queued', 'offered')")" = 0 ] || {
		try ixn-transfer "$1" --to agent:l1
		try ixn-accept "$1"
	}
	try ixn-done "$1"
}
for i in 1 2 3; do
	ask "SELECT id FROM ixn WHERE state <> 'done' ORDER BY CASE WHEN agent = 'l1' THEN 0 ELSE 1 END, id" >left
	while read -r id; do finish "$id"; done <left
done
is "$(cat strange)" '' 'and so is the rest'
loads 'loads in the end'
is "$(ask "SELECT DISTINCT load FROM agent_medium")" 0 'nobody has anything'
is "$(ask "SELECT count(*), count(CASE WHEN state = 'done' THEN 1 END), count(done), count(reason) FROM ixn")" "$CHATS|$CHATS|$CHATS|$CHATS" 'all done'
is "$(ask "SELECT count(*) FROM offer WHERE state = 'pending'")" 0 'no offer is open'
is "$(ask 'SELECT kind, count(*) FROM due WHERE kind <> '"'session'"' GROUP BY kind')" '' 'nothing is due any more'
[ "${place%postgresql}" != "$place" ] || is "$(ask 'PRAGMA integrity_check')" ok 'the store is whole'

# The log, played again: capacity, one offer and one owner at a time, one end and nothing behind it.
ask 'SELECT agent, max FROM agent_capacity' | sed 's/^/cap|/' >log
ask "SELECT 'event', seq, at, event, ixn, agent, version FROM event WHERE ixn IS NOT NULL ORDER BY seq" >>log
awk -F '|' -v OFS='|' '
	function bad(what) { print "seq " seq ": " event " of " ixn ": " what >"broken" }
	function busy(who) { if (++load[who] > cap[who]) bad(who " has more than there is room for") }
	function unoffer() { if (offered[ixn]) { load[offered[ixn]]--; delete offered[ixn] } }
	function release() {
		if (!owner[ixn]) return
		if (at < since[ixn]) bad("ends before it began")
		end[ixn OFS owner[ixn] OFS since[ixn]] = at
		load[owner[ixn]]--
		delete owner[ixn]
	}
	$1 == "cap" { cap[$2] = $3; next }
	{ seq = $2; at = $3; event = $4; ixn = $5; agent = $6; version = $7 }
	ended[ixn] { bad("behind the end") }
	version != "" { if (version <= seen[ixn]) bad("version " version " again"); seen[ixn] = version + 0 }
	event == "offer.created" { if (offered[ixn] || owner[ixn]) bad("offered, and " offered[ixn] owner[ixn] " has it"); offered[ixn] = agent; busy(agent) }
	event == "offer.accepted" {
		if (offered[ixn] != agent) bad("was offered to " offered[ixn])
		if (owner[ixn]) bad("belongs to " owner[ixn])
		delete offered[ixn]
		owner[ixn] = agent; since[ixn] = at
	}
	event ~ /^offer\.(rejected|expired|withdrawn)$/ { if (offered[ixn] != agent) bad("was offered to " offered[ixn]); unoffer() }
	event == "ixn.transferred" { if (offered[ixn]) bad("is offered") ; release() }
	event == "chat.ended" && !owner[ixn] { bad("nobody has it") }
	event == "ixn.done" || event == "ixn.abandoned" { unoffer(); release(); ended[ixn] = 1; ends[ixn]++; n++ }
	END {
		for (i in end) print i, end[i]
		print n >"ends"
	}' log >played
is "$(head -n 20 broken 2>/dev/null)" '' 'the log, played again'
is "$(cat ends)" "$CHATS" 'one end each'
LC_ALL=C sort played >played.sorted
is "$(ask 'SELECT ixn, agent, started, ended FROM segment' | LC_ALL=C sort | diff - played.sorted | head -n 8)" '' 'segments are what the log says'
is "$(ask 'SELECT * FROM segment WHERE ended IS NULL OR ended < started')" '' 'segments end, and not before they begin'
is "$(ask 'SELECT * FROM segment a JOIN segment b ON a.ixn = b.ixn AND (a.agent, a.started) < (b.agent, b.started) AND a.started < b.ended AND b.started < a.ended')" '' 'and never overlap'

# Each word of a contact once, in order.
LC_ALL=C sort -t '|' -k 1,1 -k 2,2V said.* >said
ask "SELECT ixn, text FROM message WHERE role = 'contact' ORDER BY ixn, seq" >heard
is "$(diff said heard | head -n 8)" '' "$(wc -l <said) messages: none lost, none doubled, none out of order"
done_testing
