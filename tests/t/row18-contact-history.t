#!/bin/sh
# covers: ixn-list
# A contact's interactions of all media, newest first; those in progress alone.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
site <<'J'
{"agents":[{"name":"alice","capacity":{"chat":2,"email":2,"voice":1}}],"queues":[{"name":"q"}]}
J
ready alice
chat=$(create --queue q --from ann@example.org --name Ann)
contact=$(show "$chat" contact)
as alice ixn-accept >/dev/null && as alice chat-end "$chat" >/dev/null && as alice ixn-done "$chat" >/dev/null
mail=$(create --queue q --media email --from ann@example.org)
as alice ixn-accept >/dev/null && as alice ixn-done "$mail" >/dev/null
call=$(create --queue q --media voice --from tel:+33140506070 --contact "$contact")
as alice ixn-accept >/dev/null
other=$(create --queue q --from bob@example.org)

is "$(ixn-list --contact "$contact" --fields id,medium,state)" "$(printf '%s\n' "$call	voice	active" "$mail	email	done" "$chat	chat	done")" 'all media, newest first'
is "$(ixn-list --contact "contact:$contact" --ids | wc -l)" 3 'the contact as a target'
is "$(ixn-list --contact "$contact" --state in-progress --ids)" "$call" 'those in progress'
is "$(ixn-list --contact "$contact" --state "done" --ids)" "$(printf '%s\n' "$mail" "$chat")" 'those that are done'
is "$(ixn-list --contact "$contact" --media email,voice --ids)" "$(printf '%s\n' "$call" "$mail")" 'of some media'
is "$(ixn-list --contact "$contact" --limit 1 --ids 2>/dev/null)" "$call" 'the newest alone'
unlike "$(ixn-list --contact "$contact" --ids)" "$other" "nobody else's"
status 66 ixn-list --contact 01ARZ3NDEKTSV4RRFFQ69G5FAV
status 65 ixn-list --contact nonsense
status 64 as alice ixn-assign "$call"
status 66 as alice ixn-assign "$call" --contact 01ARZ3NDEKTSV4RRFFQ69G5FAV
done_testing
