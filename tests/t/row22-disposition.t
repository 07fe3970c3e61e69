#!/bin/sh
# covers: ixn-disposition, ixn-done, ixn-setup
# The outcome: from the site's list, several, cleared, set until Mark Done, mandatory where the site says so.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","capacity":{"chat":4,"email":4}},{"name":"bob","capacity":{"chat":1}}],"queues":[{"name":"sales"}],
"dispositions":[{"code":"solved","label":"Solved","mandatory_for":["chat"]},{"code":"refund","label":"Refund paid","parent":"solved"},{"code":"spam","label":"Spam"}]}
J
codes() { ixn-show "$id" --json | jq -c '.dispositions // []'; }

ready alice
is "$(ixn-disposition --list --fields name,doc,parent)" 'solved	Solved	
refund	Refund paid	solved
spam	Spam	' '--list is the tree, in the order of the site'
id=$(create --from ann@example.org --queue sales)
status 79 as alice ixn-disposition "$id" --set solved
ok as alice ixn-accept
status 79 as alice ixn-done "$id" --json
is "$(code)" still_connected 'the contact is asked for first'
ok as alice ixn-disposition "$id" --set spam
is "$(codes)" '["spam"]' 'set while it is open'
ok as alice ixn-disposition "$id" --set spam --set refund
is "$(codes)" '["spam","refund"]' 'a second one beside it, none twice'
ok as alice ixn-disposition "$id" --clear --set solved
is "$(codes)" '["solved"]' '--clear takes away what was there'
status 65 as alice ixn-disposition "$id" --clear --set nonsense --json
is "$(code)" no_such_code 'an unknown code'
status 65 as alice ixn-disposition "$id" --set refund --set nonsense
is "$(codes)" '["solved"]' 'is refused whole'
status 77 as bob ixn-disposition "$id" --set refund
ready bob
status 77 as bob ixn-disposition "$id" --set refund
ok as alice ixn-disposition "$id" --clear
is "$(codes)" '[]' 'cleared'
status 64 as alice ixn-disposition "$id"

ok as alice chat-end "$id"
before=$(ixn-show "$id" --json; ixn-show "$id" --part history)
status 79 as alice ixn-done "$id" --json
is "$(code)" need_disposition 'Mark Done needs one'
is "$(printf '%s\n' "$err" | jq -c .error.choices)" '["solved","refund","spam"]' 'lists the codes'
status 79 as alice ixn-done "$id"
like "$err" 'ixn-done .* --disposition CODE.*solved, *refund, *spam' 'and says what to type'
status 65 as alice ixn-done "$id" --disposition nonsense
status 65 as alice ixn-done "$id" --disposition solved --disposition nonsense
is "$(ixn-show "$id" --json | jq 'del(.elapsed)'; ixn-show "$id" --part history)" \
	"$(printf '%s\n' "$before" | sed -n 1p | jq 'del(.elapsed)'; printf '%s\n' "$before" | sed 1d)" 'nothing has changed'
is "$(ixn-done "$id" --choices --json | jq -c '[.disposition, .codes]')" '[true,["solved","refund","spam"]]' '--choices says so beforehand'
ok as alice ixn-disposition "$id" --set solved
is "$(ixn-done "$id" --choices --json | jq -c .disposition)" false 'set after the end: none is needed any more'
ok as alice ixn-done "$id" --disposition refund
is "$(codes)" '["solved","refund"]' 'and one more with Mark Done'
status 79 as alice ixn-disposition "$id" --set spam --json
is "$(code)" frozen 'frozen then'
status 79 as alice ixn-disposition "$id" --clear
is "$(codes)" '["solved","refund"]' 'they stand'

id=$(create --media email --from ann@example.org --queue sales)
ok as alice agent-login alice --ready --media chat,email
ok as alice ixn-accept
ok as alice ixn-done "$id"
is "$(show "$id" state,dispositions)" 'done	' 'a medium for which none is mandatory'
done_testing
