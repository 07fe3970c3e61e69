#!/bin/sh
# covers: ixn-disposition, ixn-done, ixn-setup
# The outcome: from the site's list, several, cleared, set until Mark Done, mandatory where the site says so.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","capacity":{"chat":4,"email":4}},{"name":"bob","capacity":{"chat":1}},{"name":"web","role":"service"}],"queues":[{"name":"sales"}],
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
unseen 77 as bob ixn-disposition "$id" --set refund
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

# A tree: folders, what is hidden, what is for some media only.
cat >tree.json <<'J'
{"dispositions":[{"code":"final","label":"Final","folder":true},{"code":"mailed","label":"Answered","parent":"written"},{"code":"written","parent":"final","folder":true,"media":["email","chat"]},
 {"code":"mail_only","parent":"written","media":["email"]},{"code":"internal","hidden":true},{"code":"robot","parent":"internal"},{"code":"solved","label":"Solved","parent":"final","mandatory_for":["chat"]},
 {"code":"refund","parent":"solved"},{"code":"spam"}]}
J
ok ixn-setup --load tree.json --replace
ready web
ok as bob agent-state not-ready
chat=$(create --from bea@example.org --queue sales)
ok as alice ixn-accept "$chat"
mail=$(create --media email --from bea@example.org --queue sales)
ok as alice ixn-accept "$mail"
tree() { ixn-disposition "$1" --list --agent "$2" --json | jq -r '[.path, (.folder | if . then "folder" else "" end), (.set | if . then "set" else "" end)] | join(" ")' | tr -s ' ' | sed 's/ $//'; }
is "$(tree "$chat" alice)" 'final folder
final/written folder
final/written/mailed
final/solved
final/solved/refund
spam' 'the legal tree for a chat: nothing hidden, nothing of another medium'
is "$(tree "$mail" alice | grep mail_only)" 'final/written/mail_only' 'for a mail'
is "$(tree "$chat" web | grep -c -e internal -e robot)" 2 'programs see what is hidden'
is "$(ixn-disposition "$chat" --list --agent alice --fields name,doc,parent | sed -n 3p)" 'mailed	Answered	written' 'columns'
is "$(ixn-disposition "$chat" --list --agent alice --json --fields name,parent,path,depth | sed -n 3p)" '{"name":"mailed","parent":"written","path":"final/written/mailed","depth":2}' 'parent and path in JSON'
is "$(script -qec "ixn-disposition $chat --list --agent alice --no-input" /dev/null | tr -d '\r' | sed 's/\([a-zE]\)  .*/\1/')" 'NAME
final
  written
    mailed
  solved
    refund
spam' 'indented on a terminal'
is "$(ixn-done "$chat" --choices --agent alice --json | jq -c .codes)" '["mailed","solved","refund","spam"]' 'ixn-done --choices has the codes that can be set'
barred() { # CODE WORDS
	status 65 as alice ixn-disposition "$chat" --set "$1" --json
	is "$(code)" code_barred "$1"
	like "$err" "$2" "$1: $2"
	status 65 as alice ixn-done "$chat" --disposition "$1"
}
ok as alice chat-end "$chat"
barred final 'it only holds others'
barred mail_only 'it is not for the medium chat'
barred internal 'it is hidden from agents'
barred robot 'it is hidden from agents'
is "$(ixn-show "$chat" --json | jq -c .dispositions)" null 'none of them was set'
ok as web ixn-disposition "$chat" --set robot --clear
ok as alice ixn-disposition "$chat" --set refund --set mailed
is "$(tree "$chat" alice | grep set$ | cut -d ' ' -f 1 | paste -sd ' ')" 'final/written/mailed final/solved/refund' 'what it has is marked'
ok as alice ixn-place "$chat" --in queue:sales
ok as alice agent-login alice --media chat,email
ok as web ixn-disposition "$chat" --clear
ok as web ixn-done "$chat" --disposition robot
is "$(ixn-show "$chat" --json | jq -c .dispositions)" '["robot"]' 'a program does it'
is "$(ixn-disposition --list --agent bob --ids | paste -sd ' ')" 'final written mailed mail_only solved refund spam' 'without an interaction: the tree of the site'

# A tree that is wrong is refused, with its place.
refuse() { # JSON WORDS
	printf '{"dispositions":[%s]}\n' "$1" >bad.json
	status 65 ixn-setup --load bad.json --replace
	like "$err" "dispositions: $2" "$2"
}
refuse '{"code":"a","parent":"z"}' "a: there is no parent 'z'"
refuse '{"code":"a","parent":"a"}' 'a: parents run in a circle: a > a$'
refuse '{"code":"x","parent":"a"},{"code":"a","parent":"b"},{"code":"b","parent":"c"},{"code":"c","parent":"a"}' 'x: parents run in a circle: (a > b > c > a|b > c > a > b|c > a > b > c)$'
refuse '{"code":"a","media":["chat"]},{"code":"b","parent":"a"},{"code":"c","parent":"b","media":["chat","email"]}' 'c: is for the medium email, which what stands above it is not for'
refuse '{"code":"a","folder":true,"mandatory_for":["chat"]},{"code":"b","hidden":true},{"code":"c","media":["email"]}' 'a: a disposition is mandatory for chat, but agents could set none'
echo '{"dispositions":[{"code":"final","parent":"refund"}]}' >bad.json
status 65 ixn-setup --load bad.json
like "$err" 'circle' 'merged into a circle'
is "$(ixn-setup --dump | jq -c '.dispositions[2], .dispositions[4]')" '{"code":"written","parent":"final","folder":true,"media":["email","chat"]}
{"code":"internal","hidden":true}' 'the dump is what was loaded'
done_testing
