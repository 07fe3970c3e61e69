#!/bin/sh
# covers: ixn-take and ixn-place when processes race: many take the same
# interactions at once, a lead takes what its agent puts aside, an agent takes at
# several desks more than there is room for. One wins each, the others are told.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
: "${ITEMS:=60}"
site <<'J'
{"agents":[{"name":"a1","queues":["pick","none"],"capacity":{"chat":500}},{"name":"a2","queues":["pick"],"capacity":{"chat":500}},{"name":"a3","queues":["pick"],"capacity":{"chat":500}},
 {"name":"few","queues":["pick"],"capacity":{"chat":3}},{"name":"lea","role":"lead","queues":["none"],"capacity":{"chat":500}}],
"queues":[{"name":"pick","pull":true,"push":false},{"name":"none"}],"workbins":[{"name":"all","kind":"shared"}]}
J
for a in a1 a2 a3 few lea; do agent-login $a >/dev/null; done
seq "$ITEMS" | sed 's/.*/{"queue":"pick","from":"c&@example.org"}/' >in.jsonl
ixn-create --input in.jsonl --ids --quiet >ids
is "$(wc -l <ids)" "$ITEMS" 'they wait'
# Half of them lie in a workbin.
awk 'NR % 2' ids | IXN_AGENT=lea ixn-place - --in workbin:all >/dev/null

# at_once NAME COMMAND...: in the background; what it prints is NAME.out and NAME.err.
at_once() {
	_name=$1 && shift
	env "$@" <"$_name.ids" >"$_name.out" 2>"$_name.err" &
	running="$running $!"
}
joined() {
	# shellcheck disable=SC2086 # a list
	pids="$pids $running" && wait $running
	running=
}
running=
count() { cat "$@" | wc -l; }
loads() {
	is "$(sql "SELECT m.agent, m.load FROM agent_medium m WHERE m.load <> (SELECT count(*) FROM ixn i WHERE i.agent = m.agent AND i.state <> 'done')")" '' "loads are what is counted: $1"
	is "$(sql "SELECT i.id FROM ixn i WHERE (i.agent IS NOT NULL) <> ((SELECT count(*) FROM segment s WHERE s.ixn = i.id AND s.ended IS NULL) = 1)")" '' "who has one has its time: $1"
	is "$(sql "SELECT id FROM ixn WHERE (state = 'active') <> (agent IS NOT NULL)")" '' "what nobody has is nobody's: $1"
}

# All take all.
for a in a1 a2 a3; do
	cp ids $a.ids
	at_once $a IXN_AGENT=$a ixn-take - --ids
done
joined
is "$(sort a1.out a2.out a3.out | uniq -c | awk '$1 != 1')" '' 'none was taken twice'
is "$(count a1.out a2.out a3.out)" "$ITEMS" 'each was taken'
is "$(sql "SELECT count(*) FROM event WHERE event = 'ixn.taken'")" "$ITEMS" 'once, says the log'
told='was taken by a[123]$'
# Over a network what a colleague has is not there.
! $served || told="$told|no interaction"
is "$(cat a1.err a2.err a3.err | grep -Ec "$told")" $((2 * ITEMS)) 'the others are told by whom'
for a in a1 a2 a3; do
	is "$(sql "SELECT id FROM ixn WHERE agent = '$a' ORDER BY id")" "$(sort $a.out)" "$a has what $a was told"
done
sed -n 's/.*: \(.*\) was taken by \(.*\)/\1|\2/p' a?.err | sort -u >told
is "$(sql 'SELECT id, agent FROM ixn ORDER BY id' | sort | diff - told | grep -c '^>')" 0 'and they were told the truth'
loads 'after the rush'
is "$(count a1.out) $(count a2.out) $(count a3.out)" "$(for a in a1 a2 a3; do sql "SELECT load FROM agent_medium WHERE agent = '$a'"; done | paste -sd ' ')" 'they carry what they took'

# Each puts aside what it has, while the lead takes it.
for a in a1 a2 a3; do
	sort $a.out >$a.ids && cp $a.ids $a.lead.ids
	at_once $a IXN_AGENT=$a ixn-place - --in workbin:all --ids
	at_once $a.lead IXN_AGENT=lea ixn-take - --from $a --ids
done
joined
is "$(sort a?.out a?.lead.out | uniq -c | awk '$1 != 1')" '' 'one of both happened to each'
is "$(count a?.out a?.lead.out)" "$ITEMS" 'and not neither'
is "$(sql "SELECT id FROM ixn WHERE agent = 'lea' ORDER BY id")" "$(sort a?.lead.out)" 'the lead has what she took'
is "$(sql "SELECT id FROM ixn WHERE state = 'parked' ORDER BY id")" "$(sort a?.out)" 'the rest lies there'
is "$(cat a?.err a?.lead.err | grep -vE 'belongs to lea$|is parked: taking it from a[123] is not possible$|^  possible now')" '' 'who came too late was told why'
loads 'after both'

# More desks than room: the capacity holds.
IXN_AGENT=lea ixn-place - --in workbin:all <ids >/dev/null
for i in 1 2 3 4; do
	awk -v i=$i 'NR % 4 == i - 1' ids >few$i.ids
	at_once few$i IXN_AGENT=few ixn-take - --ids
done
joined
is "$(count few?.out)" 3 'three are taken, and no more'
is "$(cat few?.err | grep -c 'few has no room')" $((ITEMS - 3)) 'for the others there is no room'
is "$(sql "SELECT load, room FROM agent_medium WHERE agent = 'few'")" '3|0' 'the load is the capacity'
loads 'in the end'
is "$(sql 'SELECT * FROM segment a JOIN segment b ON a.ixn = b.ixn AND (a.agent, a.started) < (b.agent, b.started) AND a.started < b.ended AND b.started < a.ended')" '' 'times never overlap'
ok ixn-setup --check
done_testing
