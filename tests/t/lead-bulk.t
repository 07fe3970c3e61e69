#!/bin/sh
# covers: ixn-list, ixn-place, ixn-take, ixn-transfer and ixn-done in pipes: a lead
# finds, moves, hands over and finishes hundreds of waiting mails. Each item is
# reported, a bad one is skipped, and the exit status remembers.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
: "${ITEMS:=300}"
site <<'J'
{"agents":[{"name":"alice","teams":["t1"],"queues":["mail"],"capacity":{"email":5}},{"name":"bob","teams":["t1"],"queues":["mail"],"capacity":{"email":500}},
 {"name":"carol","teams":["t2"],"queues":["none"],"capacity":{"email":5}},{"name":"lea","role":"lead","queues":["none"],"capacity":{"email":500}}],
"teams":[{"name":"t1","leads":["lea"]},{"name":"t2"}],"queues":[{"name":"mail"},{"name":"old"},{"name":"none"}],
"workbins":[{"name":"later"},{"name":"desk","kind":"team","team":"t1"}],"dispositions":[{"code":"spam","mandatory_for":["email"]}]}
J
many() { seq "$1" "$2" | sed 's/.*/{"media":"email","queue":"mail","from":"c&@example.org","subject":"Mail &"}/' | ixn-create --input - --ids --quiet; }
third=$((ITEMS / 3))
for a in alice bob carol lea; do agent-login $a >/dev/null; done
many 1 $third >old
later 3600
many $((third + 1)) "$ITEMS" >new
cat old new >ids
export IXN_AGENT=lea
n() { grep -c . "$1"; }

# Find, and move what is old into another queue.
ixn-list --queue mail --older-than 30m --limit 1000 --ids >found
is "$(cat found)" "$(cat old)" 'what is older than half an hour'
status 0 ixn-list --queue mail --limit 10 --ids
like "$err" 'only the first 10' 'a list that is cut says so'
ixn-list --queue mail --older-than 30m --limit 1000 | ixn-place - --in queue:old >out 2>err
is "$? $(n out) $(cut -f 2,4 out | sort -u)" "0 $third queued	old" 'a list, whole lines of it, goes through the pipe; each is reported'
is "$(cat err)" '' 'and nothing else'
is "$(ixn-list --queue old --limit 1000 --ids)" "$(cat old)" 'they wait there, in their order'

# Into a workbin, into drawers, from one into another.
ixn-list --queue mail --limit 1000 --ids | ixn-place - --in workbin:desk --ids >out
is "$? $(n out)" "0 $((ITEMS - third))" 'the rest into the workbin of the team'
ixn-list --workbin desk --limit $third --ids 2>/dev/null | ixn-place - --in workbin:later --of alice >/dev/null
ixn-list --workbin desk --limit 1000 --ids | ixn-place - --in workbin:later --of bob >/dev/null
is "$(ixn-list --workbin later --limit 1000 --fields keeper | sort | uniq -c | tr -s ' \n' ' ')" " $third alice $((ITEMS - 2 * third)) bob " 'into two drawers'
is "$(ixn-status --agent lea --json | jq -c .workbins)" "[\"later:$((ITEMS - third))\",\"desk:0\"]" 'counted'
is "$(ixn-list --team t1 --limit 1000 --ids | wc -l)" $((ITEMS - third)) '--team has them all'
ixn-list --workbin later --of alice --limit 1000 --ids | ixn-place - --in workbin:later --of bob >/dev/null
is "$(ixn-list --workbin later --of alice --ids)$(ixn-list --workbin later --of bob --limit 1000 --ids | wc -l)" "$((ITEMS - third))" 'all into one'

# Taken, and from an agent; handed to agents.
ixn-list --workbin later --of bob --limit 20 --ids 2>/dev/null >twenty
ixn-take - <twenty >out
is "$? $(cut -f 2,5 out | sort -u)" '0 active	lea' 'the lead takes twenty'
ixn-transfer - --to agent:bob --note 'yours' <twenty >out
is "$? $(n out) $(cut -f 2 out | sort -u)" '0 20 queued' 'and hands them over'
agent-state ready --agent bob >/dev/null
while read -r id; do ixn-accept "$id" --agent bob; done <twenty >/dev/null
is "$(ixn-list --of bob --ids)" "$(cat twenty)" 'bob has them: the lead sees what he has'
is "$(ixn-list --of bob --queue mail --state active --ids)$(ixn-list --of bob --queue old --ids)" "$(cat twenty)" 'of a queue, in a state'
ixn-list --of bob --ids | ixn-take - --from bob --ids >out
is "$? $(diff out twenty)" '0 ' 'and takes them from him'
ixn-place - --in workbin:desk <twenty >/dev/null
is "$(sql "SELECT agent, load FROM agent_medium WHERE load > 0")" '' 'nobody has anything'

# A bad item is reported and skipped; the status remembers.
done=$(sed -n 1p old)
ixn-done "$done" --disposition spam >/dev/null
env -u IXN_AGENT IXN_AGENT=carol agent-state ready >/dev/null
foreign=$(create --media email --from x@example.org --queue none --agent carol)
agent-state not-ready >/dev/null
ixn-accept "$foreign" --agent carol >/dev/null
{ sed -n 2,3p old && echo "$done" && echo 01ARZ3NDEKTSV4RRFFQ69G5FAV && echo no-id && echo && echo "$foreign" && sed -n 4p old; } >mixed
ixn-place - --in workbin:desk --ids <mixed >out 2>err
_rc=$?
# At a server an interaction of those whom one does not lead is not there.
told='FOREIGN belongs to carol' code=not_yours
! $served || told='no interaction FOREIGN' code=no_such_interaction
is "$_rc $(cat out)" "80 $(sed -n 2,4p old)" 'failures of different kinds: 80, and the good ones are done'
is "$(sed -n 's/^ixn-place: //p' err | sed "s/$done/DONE/; s/$foreign/FOREIGN/")" 'DONE is done: place is not possible
no interaction 01ARZ3NDEKTSV4RRFFQ69G5FAV
'"'no-id' is not an id"'
'"$told" 'each says which and why'
ixn-place - --in workbin:desk --json <mixed 2>err >out
is "$(jq -r .error.code err | paste -sd ' ')" "state no_such_interaction bad_id $code" 'a JSON object each'
is "$(jq -r .error.item err | paste -sd ' ')" "$done 01ARZ3NDEKTSV4RRFFQ69G5FAV no-id $foreign" 'with the item'
is "$(jq -r .state out | sort -u)" parked 'those that lie there already count as done'
{ echo "$done" && sed -n 5p old; } | ixn-place - --in workbin:desk >/dev/null 2>&1
is "$?" 79 'one failure: its own status'
{ echo 01ARZ3NDEKTSV4RRFFQ69G5FAV && echo 01ARZ3NDEKTSV4RRFFQ69G5FAW; } | ixn-take - 2>/dev/null
is "$?" 66 'all for one reason: that one'
status 0 ixn-place - --in workbin:desk
is "$out$err" '' 'an empty list does nothing'
ixn-list --queue old --state "done" --ids | ixn-done - --disposition spam
is "$?" 0 'nor does a list that found nothing'

# Finished, where the site wants a disposition.
ixn-list --workbin desk --limit 1000 --ids >lying
ixn-done - <lying >out 2>err
is "$? $(n out)" "79 0" 'without a disposition none is done'
is "$(grep -c 'needs a disposition' err)" "$(n lying)" 'each says so'
ixn-done - --disposition spam <lying >out
is "$? $(n out) $(cut -f 2 out | sort -u)" "0 $(n lying) done" 'all of the workbin'
ixn-list --state queued,parked --limit 1000 --ids | ixn-done - --disposition spam --ids >out
is "$(sql "SELECT state, count(*) FROM ixn GROUP BY state")" "active|1
done|$ITEMS" 'and all that is left'
is "$(sql "SELECT count(*) FROM event WHERE event = 'ixn.done'")" "$ITEMS" 'one end each'
done_testing
