#!/bin/sh
# covers: contact-add, contact-show, contact-merge, contact-unmerge, ixn-assign
# Two contacts merged: histories and addresses joined; taken back: both exactly as they were.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
site <<'J'
{"agents":[{"name":"alice","capacity":{"chat":9}}],"queues":[{"name":"q"}]}
J
contact() { show "$1" contact; }
list() { ixn-list --contact "$1" --ids; }
both() { for _c in "$ann" "$tel"; do contact-show "$_c" --json | jq -cS 'del(.version)'; list "$_c"; done; }
events() { ixn-watch --after 0 --timeout 0s --fields event,ref,reason --event contact; }

a1=$(create --queue q --from ann@example.org --name Ann --language fr)
t1=$(create --queue q --from +33140506070)
a2=$(create --queue q --from ann@example.org)
t2=$(create --queue q --from +33140506070)
ann=$(contact "$a1") tel=$(contact "$t1")
before=$(both)

later
ok contact-merge "$tel" --into "$ann"
is "$(list "$ann")" "$(printf '%s\n' "$t2" "$a2" "$t1" "$a1")" 'the histories are joined, newest first'
is "$(list "$tel")" "$(list "$ann")" 'whichever of the two is asked for'
is "$(contact-show "$ann" --fields addresses)" 'mailto:ann@example.org,tel:+33140506070' 'and the addresses'
is "$(contact-show "$ann" --phones) $(contact-show "$ann" --emails)" '+33140506070 ann@example.org' 'a number, a mail address'
is "$(contact "$t1") $(ixn-list --contact "$tel" --fields contact | sort -u)" "$ann $ann" 'an interaction shows the contact that stayed'
is "$(contact-show "$tel" --json | jq -r .merged_into) $(contact-show "$ann" --json | jq -r '.merged[]')" "$ann $tel" 'each tells of the other'
like "$(events)" "^contact.merged	$tel	$ann\$" 'an event says so'

# What arrives meanwhile.
t3=$(create --queue q --from +33140506070)
a3=$(create --queue q --from ann@example.org)
is "$(contact "$t3")" "$ann" 'who comes from an address of the merged one is the one who stayed'
status 79 contact-merge "$tel" --into "$ann" --json
is "$(code)" merged 'not twice'
status 79 contact-merge "$ann" --into "$tel" --json
is "$(code)" merged 'nor in a circle'
status 79 contact-merge "$ann" --into "$ann"

later
ok contact-unmerge "$tel"
is "$(list "$ann")" "$(printf '%s\n' "$a3" "$a2" "$a1")" 'taken back: each has its own, and what came from its addresses'
is "$(list "$tel")" "$(printf '%s\n' "$t3" "$t2" "$t1")" 'the other, too'
is "$(both | grep -v -e "$t3" -e "$a3")" "$before" 'both are exactly as they were'
status 79 contact-unmerge "$tel" --json
is "$(code)" not_merged 'once only'

# Chains come apart link by link.
bea=$(contact-add --name Bea --address bea@example.org --language en --ids)
ok contact-merge "$tel" --into "$ann"
ok contact-merge "$ann" --into "$bea"
is "$(list "$bea" | wc -l) $(contact "$t1")" "6 $bea" 'a chain ends at its head'
status 79 contact-merge "$bea" --into "$tel"
ok contact-unmerge "$ann"
is "$(list "$bea" | wc -l) $(list "$ann" | wc -l) $(contact "$t1")" "0 6 $ann" 'its upper link taken back'
ok contact-unmerge "$tel"
is "$(both | grep -v -e "$t3" -e "$a3")" "$before" 'and the lower one'

# The same again is the same.
ok contact-merge "$tel" --into "$ann" --idempotency-key k
is "$ann" "$(contact-merge "$tel" --into "$ann" --idempotency-key k --ids)" 'the same key does nothing twice'
ok contact-unmerge "$tel"

# An interaction of somebody else.
ready alice
as alice ixn-accept >/dev/null
ok as alice ixn-assign "$a1" --contact "$bea"
is "$(show "$a1" contact,name)" "$bea	Bea" 'assigned to another contact, whose name it bears'
like "$(list "$bea")" "$a1" 'whose history it is part of'
as alice chat-end "$a1" >/dev/null && as alice ixn-done "$a1" >/dev/null
status 79 as alice ixn-assign "$a1" --contact "$ann"
is "$(show "$a1" contact)" "$bea" 'done is done'

for bad in "--into $ann" "01ARZ3NDEKTSV4RRFFQ69G5FAV --into $ann" "$ann --into 01ARZ3NDEKTSV4RRFFQ69G5FAV" "$ann"; do
	# shellcheck disable=SC2086 # words
	contact-merge $bad >/dev/null 2>&1
	like "$?" '^(64|66)$' "refused: $bad"
done
status 64 contact-add
status 65 contact-add --name X --address 'not an address'
is "$(both | grep -v -e "$t3" -e "$a3" -e "$a1")" "$(printf '%s\n' "$before" | grep -v "$a1")" 'nothing came of what was refused'

# Many at once: two merge the same pair both ways, nobody is lost.
one=$(contact-add --name One --ids) two=$(contact-add --name Two --ids)
contact-merge "$one" --into "$two" >"$tmp/m1" 2>&1 & p1=$!
contact-merge "$two" --into "$one" >"$tmp/m2" 2>&1 & p2=$!
wait $p1
r1=$?
wait $p2
r2=$?
is "$(printf '%s\n' $r1 $r2 | sort -n | tr '\n' ' ')" '0 79 ' 'of two opposite merges at once one is refused'
done_testing
