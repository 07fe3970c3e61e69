#!/bin/sh
# covers: ixn-show, ixn-list
# Origin, contact and elapsed time of an interaction, open and finished, and what happened to it.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","capacity":{"chat":2}}],"queues":[{"name":"first"},{"name":"second"}]}
J
ready alice
id=$(create --from Ann@Example.ORG --name 'Ann Example' --queue first --subject Hello)
ok as alice ixn-accept
later 89
is "$(show "$id" origin,name,from,elapsed)" 'first	Ann Example	Ann@Example.ORG	90s' 'origin, contact and elapsed time of an open one'
is "$(ixn-show "$id" --json | jq -c '[.elapsed, .created, .answered, .online, .done]')" \
	'[90000,"2026-11-21T09:00:02.000Z","2026-11-21T09:00:03.000Z",true,null]' 'as numbers and times'
like "$(show "$id" contact)" '^[0-9A-HJKMNP-TV-Z]{26}$' 'the contact by its id'
later 30
is "$(show "$id" elapsed)" 2m 'time goes on'
ok as alice ixn-transfer "$id" --to queue:second
ok as alice ixn-accept "$id"
is "$(show "$id" origin,queue)" 'first	second' 'the origin stays'
ok as alice chat-end "$id"
ok as alice ixn-done "$id"
was=$(show "$id" elapsed)
later 600
is "$(show "$id" elapsed)" "$was" 'a finished one keeps its time'
is "$(show "$id" state,reason)" 'done	completed' 'and says how it ended'
is "$(ixn-show "$id" --part history --fields event | paste -sd ' ')" \
	'ixn.created offer.created offer.accepted chat.waiting chat.waiting ixn.transferred offer.created offer.accepted chat.ended ixn.done' 'what happened, in order'
is "$(ixn-show "$id" --part history --json | jq -r 'select(.event == "ixn.transferred") | [.actor, .ref, .at] | join(" ")')" \
	'alice queue:second 2026-11-21T09:02:03.000Z' 'who handed it where, when'
is "$(ixn-list --all --fields id,state,name)" "$id	done	Ann Example" 'it stands in the list'
is "$(ixn-list --contact "$(show "$id" contact)" --ids)" "$id" 'and among those of the contact'
done_testing
