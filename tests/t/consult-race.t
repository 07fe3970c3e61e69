#!/bin/sh
# covers: ixn-consult, ixn-conference, ixn-transfer, ixn-accept, chat-end, agent-logout
# Races of consult, conference and two-step transfer, each side a process of its own:
# one of the two orders comes out, never something between, and nobody is left behind.
# And the sessions of who takes part end, in every state.
# shellcheck disable=SC2119 # chat: its options are its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/routing.sh"
command -v sqlite3 >/dev/null || skip_all 'no sqlite3'
command -v jq >/dev/null || skip_all 'no jq'
: "${ROUNDS:=6}"
sql() { sqlite3 -readonly store.db "$1"; }

at 0
site '{"agents":[{"name":"a","queues":["q"],"capacity":{"chat":9}},{"name":"b","queues":["none"],"capacity":{"chat":9}},
{"name":"c","queues":["none"],"capacity":{"chat":9}},{"name":"l","role":"lead","queues":["none"],"capacity":{"chat":9}}],
"queues":[{"name":"q","offer_timeout":"30s"},{"name":"none"},{"name":"empty"}]}'
for x in a b c l; do login $x --ready; done
# A chat of a's; consulted: with b at hand.
mine() { chat && as a ixn-accept "$id" >/dev/null; }
asked() { mine && as a ixn-consult "$id" --to agent:b >/dev/null; }
consulted() { asked && as b ixn-accept "$id" >/dev/null; }
joined() { mine && as a ixn-conference "$id" --to agent:b >/dev/null && as b ixn-accept "$id" >/dev/null; }
# party ROLE: who takes part so.
party() { sql "SELECT coalesce(group_concat(agent), '') FROM participant WHERE ixn = '$id' AND role = '$1' AND until IS NULL"; }
# whole: what must hold at any time.
whole() {
	sql "SELECT 'consulting and not, or not and consulting: ' || i.id || i.state FROM ixn i WHERE (i.state = 'consulting') <>
		((SELECT count(*) FROM participant p WHERE p.ixn = i.id AND p.role = 'consult' AND p.until IS NULL) = 1);
	SELECT 'takes part in ' || i.state || i.id FROM participant p JOIN ixn i ON i.id = p.ixn WHERE p.until IS NULL AND (i.state IN ('wrap', 'parked', 'done') OR p.agent = i.agent);
	SELECT 'asked about ' || i.state || i.id FROM offer o JOIN ixn i ON i.id = o.ixn WHERE o.state = 'pending' AND o.purpose IN ('consult', 'conference') AND i.state NOT IN ('active', 'consulting');
	SELECT 'asked twice: ' || ixn FROM offer WHERE state = 'pending' AND purpose = 'consult' GROUP BY ixn HAVING count(*) > 1;
	SELECT 'segments of ' || i.id FROM ixn i WHERE i.agent IS NOT NULL AND i.state <> 'done' AND (SELECT count(*) FROM segment s WHERE s.ixn = i.id AND s.ended IS NULL AND s.agent = i.agent) <> 1;
	SELECT 'two owners of ' || ixn FROM segment WHERE ended IS NULL GROUP BY ixn HAVING count(*) > 1;
	SELECT 'overlap in ' || a.ixn FROM segment a JOIN segment b ON a.ixn = b.ixn AND (a.agent, a.started) < (b.agent, b.started) AND a.started < b.ended AND b.started < a.ended;
	SELECT 'load of ' || m.agent FROM agent_medium m WHERE m.load <> (SELECT count(*) FROM ixn i WHERE i.agent = m.agent AND i.state <> 'done')
		+ (SELECT count(*) FROM offer o WHERE o.agent = m.agent AND o.state = 'pending') + (SELECT count(*) FROM participant p WHERE p.agent = m.agent AND p.until IS NULL);
	SELECT 'due: ' || d.kind || d.id FROM due d WHERE d.kind = 'offer' AND NOT EXISTS (SELECT 1 FROM offer o WHERE o.id = d.id AND o.state = 'pending')"
}
# done_with: however it stands, it is finished, so that the next round begins anew.
done_with() {
	ixn-transfer "$id" --agent l --to agent:l >/dev/null 2>&1 && as l ixn-accept "$id" >/dev/null 2>&1
	chat-end "$id" --as-contact >/dev/null 2>&1
	as l ixn-done "$id" >/dev/null 2>&1
}
# rounds NAME SETUP A B CASES: the same race again and again; CASES are what may come
# out: "status-of-A status-of-B state owner, consulted, in conference".
rounds() {
	rm -f bad
	: >seen
	for i in $(seq "$ROUNDS"); do
		after 40000
		$2
		race "$3" "$4"
		_got="$ra $rb $(holds "$id"), $(party consult), $(party conference)"
		echo "$_got" >>seen
		printf '%s\n' "$5" | grep -Fqx -e "$_got" || echo "round $i: $_got $(cat a.out b.out)" >>bad
		whole >>bad
		done_with
	done
	is "$(cat bad)" '' "$1 ($(sort seen | uniq -c | sed 's/^ *//' | tr '\n' ';'))"
}

# shellcheck disable=SC2016 # expanded when they run
{
	rounds 'two consults at once: one, and the other is told' mine 'as a ixn-consult $id --to agent:b' 'as a ixn-consult $id --to agent:c' \
		'0 79 active a, , 
79 0 active a, , '
	rounds 'accepted against hung up' asked 'as b ixn-accept $id' 'chat-end $id --as-contact' '0 0 wrap a, , 
79 0 wrap a, , '
	rounds 'accepted against handed over' asked 'as b ixn-accept $id' 'as a ixn-transfer $id --to queue:empty' '0 0 queued, , 
79 0 queued, , '
	rounds 'accepted against taken back' asked 'as b ixn-accept $id' 'as a ixn-consult $id --end' '0 0 active a, , 
79 0 active a, , '
	rounds 'accepted against expired' asked 'as b ixn-accept $id' 'after 30000; as c agent-state ready' '0 0 consulting a, b, 
79 0 active a, , '
	rounds 'ended by both' consulted 'as a ixn-consult $id --end' 'as b ixn-consult $id --end' '0 77 active a, , 
79 0 active a, , '
	rounds 'completed against the colleague leaving' consulted 'as a ixn-transfer $id --complete' 'as b ixn-consult $id --end' '0 79 active b, , 
79 0 active a, , '
	rounds 'completed against hung up' consulted 'as a ixn-transfer $id --complete' 'chat-end $id --as-contact' '0 0 wrap b, , 
79 0 wrap a, , '
	rounds 'completed twice' consulted 'as a ixn-transfer $id --complete' 'as a ixn-transfer $id --complete' '0 77 active b, , 
77 0 active b, , '
	rounds 'completed against a conference of it' consulted 'as a ixn-transfer $id --complete' 'as a ixn-conference $id --complete' '0 77 active b, , 
79 0 active a, , b'
	rounds 'completed against a lead who takes it' consulted 'as a ixn-transfer $id --complete' 'as l ixn-take $id --from a' '0 79 active b, , 
77 0 active l, , '
	rounds 'handed over against hung up' consulted 'as a ixn-transfer $id --to agent:c' 'chat-end $id --as-contact' '0 0 done, , 
0 0 offered c, , '
	rounds 'joined against the end of the conference' joined 'as a ixn-conference $id --end' 'as b ixn-conference $id --end' '0 77 active a, , 
79 0 active a, , '
	rounds 'a colleague leaves against a transfer to that colleague' joined 'as a ixn-transfer $id --to agent:b' 'as b ixn-conference $id --end' '0 0 offered b, , 
0 79 active b, , '
	rounds 'a colleague speaks against the end of the conference' joined 'as b chat-send $id --text hello' 'as a ixn-conference $id --end' '0 0 active a, , 
77 0 active a, , '
}

# Killed: the session of who takes part, of the agent, of both runs out. short AGENT: it
# lives ten minutes; dies: they go by, and somebody else settles it.
printf 'session_ttl = 10m\n' >ttl
short() { IXN_CONFIG="$PWD/ttl" agent-login "$1" --ready >/dev/null; }
dies() { after 660000 && as l agent-state ready >/dev/null; }
now_is() { is "$(holds "$id"), $(party consult), $(party conference); $(whole)" "$1; " "$2"; }
left() { ixn-show "$id" --part history --json | jq -r 'select(.event | test("^(consult|conference)[.](ended|left|refused)")) | "\(.event) \(.agent) \(.reason // "")"' | tail -n 1; }
after 40000
short b
asked
dies
now_is 'active a, , ' 'who was asked is dead: nothing else changes'
is "$(left)" 'consult.refused b expired' 'no answer'
status 79 as a ixn-consult "$id" --to agent:b
done_with
short b
consulted
dies
now_is 'active a, , ' 'who was consulted is dead: the agent goes on'
is "$(left)" 'consult.ended b agent.logout' 'in the log'
is "$(sql "SELECT p.until - s.at FROM participant p, event s WHERE p.ixn = '$id' AND s.event = 'agent.logout' ORDER BY s.seq DESC LIMIT 1")" 0 'at the time the session ran out'
status 79 as a ixn-transfer "$id" --complete
done_with
short b
joined
dies
now_is 'active a, , ' 'who was in conference is dead: the chat goes on'
is "$(left)" 'conference.left b agent.logout' 'in the log'
ok as a chat-send "$id" --text 'just the two of us'
done_with
login b --ready
short a
consulted
dies
now_is 'queued, , ' 'the agent is dead: it waits for another, and the colleague is free'
is "$(left)" 'consult.ended b ixn.requeued' 'in the log'
done_with
short a
joined
dies
now_is 'queued, , ' 'the agent of a conference is dead: it waits for another, and the colleagues are free'
is "$(left)" 'conference.left b ixn.requeued' 'in the log'
done_with
short a
short b
consulted
dies
now_is 'queued, , ' 'both are dead'
done_with
login a --ready
login b --ready
id=$(as a chat-start --to agent:b --ids) && ok as b ixn-accept "$id"
short a
dies
is "$(ixn-show "$id" --fields state,reason | tr '\t' ' '), $(party conference); $(whole)" 'done stopped, ; ' 'a chat between agents ends with the session of who began it'
done_testing
