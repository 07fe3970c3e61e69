#!/bin/sh
# Many agents at once, each a process of its own: every chat has exactly one
# owner, none is lost, none taken twice, nobody is overfilled; and the races of
# accept against accept, hang-up, expiry.
# covers: ixn-accept, ixn-create, ixn-done, chat-end, ixn-reject
# shellcheck disable=SC2119 # chat: its options are its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/routing.sh"

# 8 agents who take what comes, 60 chats from 4 sides, at once.
agents='a1 a2 a3 a4 a5 a6 a7 a8' chats=60
# Over a network each command takes longer.
! $served || chats=32
at 0
site '{"agents":['"$(for a in $agents; do printf '{"name":"%s","capacity":{"chat":2}},' "$a"; done)"'{"name":"z"}],"queues":[{"name":"q","offer_timeout":"1h"}]}'
for a in $agents; do
	login "$a" --ready
done

# creator N, taker AGENT: each writes the ids it made, or took, one a line. Takers hold
# two: they finish the older one when they take the next.
creator() {
	for i in $(seq $((chats / 4))); do
		ixn-create --ids --queue q --from "c$1-$i@example.org" || echo "failed $1-$i"
	done >"made.$1" 2>&1
}
taker() {
	export IXN_AGENT="$1"
	held=
	while ! [ -e stop ]; do
		got=$(ixn-accept --wait 300ms --ids 2>"err.$1")
		case $? in
		0) echo "$got" ;;
		1) [ -n "$held" ] || continue && got= ;;
		*) echo "failed $? $(cat "err.$1")" && got= ;;
		esac
		[ -z "$held" ] || { chat-end "$held" && ixn-done "$held"; } >/dev/null || echo "failed done $held"
		held=$got
	done >"took.$1"
}
takers='' creators=''
for a in $agents; do
	taker "$a" &
	takers="$takers $!"
done
for n in 1 2 3 4; do
	creator "$n" &
	creators="$creators $!"
done
pids="$pids $takers $creators"
# shellcheck disable=SC2086 # lists
wait $creators
wait_for sh -c "ixn-list --all --state 'done' --ids --limit 1000 | wc -l | grep -qx $chats"
: >stop
# shellcheck disable=SC2086
wait $takers
pids=

sort made.* >made
sort took.* >took
is "$(wc -l <made) $(sort -u made | wc -l)" "$chats $chats" 'every chat was made'
is "$(grep -c failed made took | tr '\n' ' ')" 'made:0 took:0 ' 'nothing failed'
is "$(uniq -d took)" '' 'none was taken twice'
is "$(diff made took && echo same)" same 'each was taken, and none that was not made'

# The same from the log, and who held how many at each of its lines.
ixn-watch --after 0 --timeout 1ms --fields event,ixn,agent,ref >log
audit() {
	awk -F '\t' -v max=2 '
		$1 == "offer.created" { if ($2 in has) print "offered while held: " $2; has[$2] = $3; if (++load[$3] > max) print $3 " is overfilled"; offers++ }
		$1 == "offer.accepted" { if (has[$2] != $3) print "taken without an offer: " $2; accepted[$2]++; n++ }
		$1 == "offer.rejected" || $1 == "offer.expired" || $1 == "offer.withdrawn" { load[$3]--; delete has[$2] }
		$1 == "ixn.abandoned" { delete has[$2] }
		$1 == "ixn.done" { if (has[$2] != $3) print "done by another: " $2; load[$3]--; delete has[$2]; done++ }
		END { for (i in accepted) if (accepted[i] != 1) print "taken twice: " i; for (i in has) print "still held: " i
			for (a in load) if (load[a]) print a " ends with " load[a]; print n, done }' "$@"
}
is "$(audit log)" "$chats $chats" 'the log: one owner each, none lost, nobody overfilled'
is "$(agent-list --fields load | sort -u)" 0 'the load of all is 0 again'
is "$(cut -f 1,2,3 log | grep '^offer.accepted' | cut -f 2,3 | sort)" \
	"$(for a in $agents; do sed "s/\$/	$a/" "took.$a"; done | sort)" 'the log and the outputs agree on who took what'

# Two agents, the same id by name: one offer, so exactly one takes it; and where the
# offer of the first has lapsed in this very moment and the second is offered it.
at 100000
site '{"agents":[{"name":"a","capacity":{"chat":99}},{"name":"b","capacity":{"chat":99}}],"queues":[{"name":"q","rona":false,"exclusion":"1h"}]}'
login a --ready
login b --ready
rm -f bad
for i in 1 2 3 4 5 6 7 8; do
	chat
	race "as a ixn-accept $id" "as b ixn-accept $id"
	[ "$ra $rb" = '0 79' ] && grep -Eq "$id (is offered to|was taken by) a\$" b.out && continue
	# Taken by a already, it is not there for b over a network.
	$served && [ "$ra $rb" = '0 66' ] && grep -q "no interaction $id" b.out && continue
	echo "round $i: $ra $rb $(cat a.out b.out)" >>bad
done
is "$(cat bad 2>/dev/null)" '' 'the one who is offered it takes it; the other gets 79 and who has it'
rm -f bad
for i in 1 2 3 4 5 6 7 8; do
	as a agent-state ready >/dev/null
	as b agent-state not-ready >/dev/null
	chat
	as b agent-state ready >/dev/null
	after 30000
	race "as a ixn-accept $id" "as b ixn-accept $id"
	[ "$ra $rb" = '79 0' ] && grep -Eq "$id (is offered to|was taken by) b\$" a.out && continue
	echo "round $i: $ra $rb $(cat a.out b.out)" >>bad
done
is "$(cat bad 2>/dev/null)" '' 'an offer that lapses and goes on: only the second may take it'

# Accept against the contact's hang-up: taken, then to be finished; or gone, and 79.
rm -f bad
as b agent-state not-ready >/dev/null
for i in 1 2 3 4 5 6 7 8; do
	as a agent-state ready >/dev/null
	chat
	race "as a ixn-accept $id" "chat-end $id --as-contact"
	case "$ra $rb $(holds "$id")" in
	'0 0 wrap a' | '79 0 done') ;;
	*) echo "round $i: $ra $rb $(holds "$id") $(cat a.out b.out)" >>bad ;;
	esac
done
is "$(cat bad 2>/dev/null)" '' 'accept against hang-up: one of two orders, and nothing between'

# Accept against expiry, the clock turned in the same moment.
rm -f bad
for i in 1 2 3 4 5 6 7 8; do
	as a agent-state ready >/dev/null
	chat
	race "as a ixn-accept $id" 'after 30000; as b agent-state not-ready'
	# The clock of the race was its own process's.
	after 30000
	case "$ra $rb $(holds "$id") $(offers "$id")" in
	'0 0 active a accepted a' | '79 0 queued expired a no-answer') ;;
	*) echo "round $i: $ra $rb $(holds "$id") $(offers "$id") $(cat a.out b.out)" >>bad ;;
	esac
done
is "$(cat bad 2>/dev/null)" '' 'accept against expiry: taken or lapsed, never both'
ixn-watch --after 0 --timeout 1ms --fields event,ixn,agent,ref >log
is "$(awk -F '\t' '$1 == "offer.accepted" { if ($2 in a) print $2; a[$2] }' log)" '' 'none was accepted twice'
done_testing
