#!/bin/sh
# covers: ixn-doctor
# Each thing that must never be, made by hand: found alone, explained, put right, and life goes on.
# shellcheck disable=SC2317 # functions are called by name
# place: embedded https - what is wrong is put by hand into copies of a file
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
command -v sqlite3 >/dev/null || skip_all 'no sqlite3'
cat >good.json <<'J'
{"agents":[{"name":"alice","capacity":{"chat":2},"teams":["t"]},{"name":"bob","capacity":{"chat":2},"teams":["t"]},{"name":"lea","role":"lead","queues":["spare"],"capacity":{"chat":2}}],
"teams":[{"name":"t","leads":["lea"]}],"queues":[{"name":"q","rona":false},{"name":"spare"}],"workbins":[{"name":"shelf","kind":"shared"}],"dispositions":[{"code":"ok"}]}
J
site <good.json
for a in alice bob lea; do later && agent-login "$a" >/dev/null; done
finished=$(create --to agent:bob --queue spare --from flo@example.org) && as bob agent-state ready >/dev/null && as bob ixn-accept "$finished" >/dev/null
as bob agent-state not-ready >/dev/null
as bob chat-end "$finished" >/dev/null && as bob ixn-done "$finished" >/dev/null
as alice agent-state ready >/dev/null
held=$(create --queue q --from ann@example.org) && as alice ixn-accept >/dev/null
offered=$(create --queue q --from bea@example.org)
waits=$(create --queue q --from cy@example.org)
parked=$(create --queue spare --from di@example.org) && as lea ixn-take "$parked" >/dev/null && as lea ixn-place "$parked" --in workbin:shelf >/dev/null
consults=$(create --to agent:lea --queue spare --from ed@example.org) && as lea agent-state ready >/dev/null && as lea ixn-accept "$consults" >/dev/null
as lea agent-state not-ready >/dev/null
as lea ixn-consult "$consults" --to agent:bob >/dev/null && as bob ixn-accept "$consults" >/dev/null
as lea team-monitor alice --mode listen >/dev/null
offer=$(sql "SELECT id FROM offer WHERE state = 'pending'")
contact=$(show "$waits" contact)
db=$XDG_DATA_HOME/ixn/store.db
is "$(ixn-list --all --fields state | sort | uniq -c | tr -s ' \n' ' ')" ' 1 active 1 consulting 1 done 1 offered 1 parked 1 queued ' 'a store in the midst of its day'
ok ixn-doctor
is "$out$err" '' 'is well'
sql "VACUUM INTO '$tmp/well.db'"

state() { sql "SELECT count(*), sum(version) FROM ixn; SELECT count(*) FROM event; SELECT agent, medium, load, room, free FROM agent_medium; SELECT state, count(*) FROM offer GROUP BY state; SELECT count(*) FROM due"; }
# ill CHECK ID STATEMENT
ill() {
	rm -f "$db" "$db-wal" "$db-shm" && cp "$tmp/well.db" "$db"
	sql "PRAGMA journal_mode = wal" >/dev/null
	sql "$3"
	later
	status 79 ixn-doctor
	is "$(printf '%s\n' "$out" | cut -f 1-4)" "$1	$2	fault	found" "$1: found, and nothing else"
	unlike "$out" '\{(id|what)\}|	$' "$1: explained"
	_before=$(state)
	ok ixn-doctor --fix --dry-run
	is "$(printf '%s\n' "$out" | cut -f 1,2,4)" "$1	$2	would-fix" "$1: what would be fixed"
	is "$(state)" "$_before" "$1: a dry run changes nothing"
	ok ixn-doctor --fix
	is "$(printf '%s\n' "$out" | cut -f 1,2,4)" "$1	$2	fixed" "$1: fixed"
	like "$(ixn-watch --after 0 --timeout 0s --event doctor.fixed --fields ref,reason)" "^$2	$1\$" "$1: in the log"
	ok ixn-doctor
	is "$out" '' "$1: well again"
}

ill offer-lost "$offered" "DELETE FROM due WHERE kind = 'offer'; UPDATE offer SET state = 'withdrawn' WHERE id = '$offer'; UPDATE agent_medium SET load = 1, room = 1, free = 0, state = 'not-ready' WHERE agent = 'alice'"
is "$(show "$offered" state)" queued 'it waits again'
ill offer-stray "$offer" "UPDATE ixn SET state = 'queued' WHERE id = '$offered'; UPDATE agent_medium SET state = 'not-ready' WHERE agent = 'alice'"
ill offer-away "$offer" "UPDATE offer SET agent = 'nobody' WHERE id = '$offer'; UPDATE agent_medium SET load = 1, room = 1, free = 0, state = 'not-ready' WHERE agent = 'alice'"
ill offer-endless "$offer" "DELETE FROM due WHERE kind = 'offer'"
later 60
as alice ixn-note "$held" --text x >/dev/null
is "$(sql "SELECT state FROM offer WHERE id = '$offer'")" expired 'it expires again'
ill holder-away "$held" "UPDATE ixn SET agent = 'nobody' WHERE id = '$held'; UPDATE segment SET agent = 'nobody' WHERE ixn = '$held';
DELETE FROM monitor; UPDATE participant SET until = 1 WHERE role = 'monitor'; UPDATE agent_medium SET load = 1, room = 1, free = 0, state = 'not-ready' WHERE agent = 'alice'"
is "$(show "$held" state,agent)" 'queued	' 'it waits for the next one'
ill holder-stray "$waits" "UPDATE ixn SET agent = 'bob' WHERE id = '$waits'; UPDATE agent_medium SET load = 2, room = 0 WHERE agent = 'bob'"
ill segment-missing "$held" "DELETE FROM segment WHERE ixn = '$held'"
ill segment-stray "$waits" "INSERT INTO segment (ixn, agent, started) VALUES ('$waits', 'bob', 1)"
ill consult-alone "$consults" "UPDATE participant SET until = 1 WHERE role = 'consult'; UPDATE agent_medium SET load = 0, room = 2 WHERE agent = 'bob'"
is "$(show "$consults" state)" active 'the agent goes on alone'
ill participant-stray "$parked" "INSERT INTO participant (ixn, agent, role, since) VALUES ('$parked', 'bob', 'conference', 1); UPDATE agent_medium SET load = 2, room = 0 WHERE agent = 'bob'"
ill monitor-stray lea "UPDATE participant SET until = 1 WHERE role = 'monitor'"
ill presence-stray ghost "INSERT INTO agent_medium (agent, medium, state, since, idle_since, load, room, free) VALUES ('ghost', 'chat', 'not-ready', 1, 1, 0, 1, 0)"
ill session-endless alice "DELETE FROM due WHERE kind = 'session' AND id = 'alice'"
ill load bob "UPDATE agent_medium SET load = 2, room = 0 WHERE agent = 'bob'"
ill load lea "UPDATE agent_medium SET free = 1 WHERE agent = 'lea'"
ill lane-missing "$waits" "UPDATE ixn SET lane = NULL WHERE id = '$waits'"
ill lane-members q "UPDATE lane SET members = 7 WHERE queue = 'q' AND agent = ''"
ill overlooked "$waits" "UPDATE agent_medium SET state = 'ready', free = 1 WHERE agent = 'bob'"
is "$(ixn-list --offers --agent bob --ids)" "$waits" 'who is free is asked'
ill message-ahead "$held" "INSERT INTO message (ixn, seq, at, role, visible, text) VALUES ('$held', 41, 1, 'contact', 'all', 'x')"
is "$(chat-send "$held" --as-contact --text y | cut -f 6)" 42 'and counts on'
ill merge-lost "$contact" "UPDATE contact SET merged = '01ARZ3NDEKTSV4RRFFQ69G5FAV' WHERE id = '$contact'"

# What a person has to decide is told, and is no fault.
warn() {
	rm -f "$db" "$db-wal" "$db-shm" && cp "$tmp/well.db" "$db"
	sql "$3"
	ok ixn-doctor
	is "$(printf '%s\n' "$out" | cut -f 1-4)" "$1	$2	warning	${4-left}" "$1: told"
}
warn queue-gone "$parked" "UPDATE ixn SET queue = 'gone' WHERE id = '$parked'"
warn unserved "$waits" "DELETE FROM agent_lane WHERE lane = (SELECT lane FROM ixn WHERE id = '$waits'); UPDATE lane SET members = 0 WHERE id = (SELECT lane FROM ixn WHERE id = '$waits')"
warn workbin-gone "$parked" "UPDATE ixn SET workbin = 'gone' WHERE id = '$parked'"
warn exclusion-left "$finished" "INSERT INTO exclusion (ixn, agent, until) VALUES ('$finished', 'bob', 1)" found

# One of many, one check, and what is not to be had.
rm -f "$db" "$db-wal" "$db-shm" && cp "$tmp/well.db" "$db"
sql "UPDATE lane SET members = 7; DELETE FROM segment WHERE ixn = '$held'"
status 79 ixn-doctor --check segment-missing
is "$(printf '%s\n' "$out" | cut -f 1)" segment-missing 'one check alone'
ok ixn-doctor --fix --check segment-missing
status 79 ixn-doctor --json
is "$(printf '%s\n' "$out" | jq -r .check | sort -u) $(code)" 'lane-members faults' 'the other is left'
ok ixn-doctor --fix
like "$err" 'fixed, 0 faults left' 'it says how many'
status 64 ixn-doctor --check nonsense
like "$(LANGUAGE=en ixn-doctor --check nonsense 2>&1)" 'offer-lost' 'and which there are'
done_testing
