#!/bin/sh
# Ids: their ends, '@', '@offer', '-', several at once; keys and exit statuses of batches.
. "$(dirname "$0")/lib.sh"

cat >site.json <<'EOF'
{"agents":[{"name":"alice","media":["chat"],"capacity":{"chat":9}},{"name":"bob","media":["chat"]}],"queues":[{"name":"q"}]}
EOF
ok ixn-setup --load site.json
ok agent-login alice
none=00000000000000000000000000

status 79 ixn-show @
like "$err" 'no current interaction' '@ before any'
status 79 ixn-show
status 1 ixn-reject @offer
a=$(ixn-create --queue q --name Ann --ids)
ok agent-state ready
ok ixn-reject @offer --json
like "$out" "\"id\":\"$a\"" '@offer is the one open offer'
ok agent-state not-ready
ok agent-state ready
b=$(ixn-create --queue q --name Bea --ids)
c=$(ixn-create --queue q --name Cleo --ids)
status 65 ixn-accept @offer --json
like "$err" "\"code\":\"ambiguous_target\".*\"choices\":\[\"$b\",\"$c\"\]|\"choices\":\[\"$c\",\"$b\"\]" '@offer with several'

ok ixn-accept "$b"
is "$(ixn-show --ids)" "$b" 'no id is @ for a read'
ok ixn-show @ --fields id
is "$out" "$b" 'what was accepted is @'
ok ixn-accept "$c"
is "$(ixn-show @ --ids)" "$c" 'what was accepted last is @'
ok ixn-show "$b" --ids
is "$(ixn-show @ --ids)" "$b" 'or named last'
status 64 chat-end
like "$err" 'ID is missing' 'no id is not @ for a change in a script'

# Ends.
end=$(echo "$b" | tail -c 9)
ok ixn-show "$(echo "$end" | tr '[:upper:]' '[:lower:]')" --ids
is "$out" "$b" 'the end of an id, in small letters, for a read'
status 64 ixn-note "$end" --text x
like "$err" "needs the whole id: $b" 'but not for a change in a script'
status 66 ixn-show 000000
status 65 ixn-show 12345
status 65 ixn-show not-an-id
if command -v script >/dev/null; then
	is "$(script -qec "ixn-note $end --text x" /dev/null | tr -d '\r' | sed -n 2p | cut -c 1-8)" "$end" 'at a terminal it will do, and is shown'
	is "$(script -qec 'ixn-note --text y' /dev/null | tr -d '\r' | sed -n 2p | cut -c 1-8)" "$end" 'at a terminal no id is @'
else
	skip 'an end at a terminal' 'no script(1)'
fi

# Several.
ok ixn-show "$b" "$c" --ids
is "$out" "$b
$c" 'several ids'
printf '%s\tactive\n\n%s\n' "$b" "$c" >ids
is "$(ixn-show - --ids <ids)" "$b
$c" 'ids from standard input: the first column, empty lines are none'
is "$(ixn-show "$c" - --ids <ids | wc -l)" 3 'beside others'
ok ixn-show -
is "$out$err" '' 'an empty list does nothing'
is "$(echo "$b" | ixn-list --ids | wc -l)" 2 'nothing is read that was not asked for'
status 66 ixn-show "$b" $none "$c" --ids
is "$out" "$b
$c" 'a bad item is skipped'
like "$err" "no interaction $none" 'and reported'
status 66 ixn-show $none 00000000000000000000000001
status 80 ixn-show $none x
is "$(echo "$err" | wc -l)" 4 'each is reported'
status 80 ixn-show $none x 00000000000000000000000001

# Keys.
ok ixn-note "$b" --text once --idempotency-key k
first=$out
ok ixn-note "$b" --text once --idempotency-key k
is "$out" "$first" 'the same key gives the same answer'
is "$(ixn-note "$b" --show --fields text | grep -c once)" 1 'and does nothing twice'
status 65 ixn-note "$b" --text other --idempotency-key k
ok ixn-note "$b" "$c" --text many --idempotency-key n
ok ixn-note "$b" "$c" --text many --idempotency-key n
is "$(ixn-note "$b" --show --fields text | grep -c many) $(ixn-note "$c" --show --fields text | grep -c many)" '1 1' 'with several ids a key for each'
status 64 ixn-note "$b" --text x --idempotency-key ''

# What is @ no more.
ok ixn-show "$b" --ids
ok chat-end "$b"
ok ixn-done "$b"
status 79 ixn-show @ --json
like "$err" "\"code\":\"not_current\".*\"choices\":\[\"$c\"\]" 'done is not current any more: the others are named'
status 79 chat-send @ --text hello
is "$(chat-tail "$c" --fields text)" '' 'and nobody else gets the words'
done_testing
