#!/bin/sh
# covers: ixn-data, ixn-create, ixn-show, ixn-transfer
# Case data and custom data: they go along, are shown as the site says, kept whole.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","capacity":{"chat":2}},{"name":"bob","alias":"Bob","capacity":{"chat":2}}],
"queues":[{"name":"sales"}],
"data_display":[{"name":"city","label":"Town"},{"name":"order","label":"Order number"}]}
J
ready alice
id=$(create --from ann@example.org --queue sales --data order=12 --data secret=s3 --data city=Paris --custom-data plan=gold)
ok as alice ixn-accept

is "$(ixn-show "$id" --json | jq -c .data)" '{"city":"Paris","order":"12","plan":"gold"}' 'ixn-show displays what the site lists, in its order, and custom data'
unlike "$(ixn-show "$id" --json; ixn-show "$id"; ixn-show "$id" --fields data)" 's3|secret' 'an unlisted key is displayed nowhere'
is "$(ixn-data "$id" --get secret)" s3 'but can be read'
is "$(ixn-data "$id" --fields key,value,custom,shown)" 'city	Paris	no	yes
order	12	no	yes
secret	s3	no	no
plan	gold	yes	yes' 'ixn-data lists it all, in that order first'
is "$(ixn-data "$id" --json | jq -r '[.key, .label // "-"] | join(":")' | paste -sd ' ')" 'city:Town order:Order number secret:- plan:-' 'with the labels of the site'
is "$(ixn-show "$id" --part data)" "$(ixn-data "$id")" 'ixn-show --part data is the same'

ok as alice ixn-data "$id" --set order=13 --set size=XL
is "$(ixn-data "$id" --get order)" 13 'a key is changed'
ok as alice ixn-transfer "$id" --to queue:sales
ok as alice agent-logout
ready bob
ok as bob ixn-accept
is "$(ixn-data "$id" --get order --agent bob; ixn-data "$id" --get size --agent bob; ixn-data "$id" --get secret --agent bob)" '13
XL
s3' 'the next agent has it all'
ok as bob ixn-data "$id" --unset size
status 1 ixn-data "$id" --get size
status 65 as bob ixn-data "$id" --unset size
status 65 as bob ixn-data "$id" --set order=14 --unset never
is "$(ixn-data "$id" --get order)" 13 'what is refused changes nothing'
status 64 as bob ixn-data "$id" --set novalue

# Custom data.
ok as bob ixn-data "$id" --custom --set plan=silver
is "$(ixn-data "$id" --get plan)" silver 'custom data is changed'
status 65 as bob ixn-data "$id" --custom --set other=1 --json
is "$(code)" custom_data 'not added'
status 65 as bob ixn-data "$id" --unset plan --json
is "$(code)" custom_data 'not removed'
status 65 as bob ixn-data "$id" --set plan=x
is "$(ixn-data "$id" --get plan)" silver 'it stands as it was'
status 1 ixn-data "$id" --get other

ok as bob chat-end "$id"
ok as bob ixn-data "$id" --set after=end
ok as bob ixn-done "$id"
status 79 as bob ixn-data "$id" --set order=15 --json
is "$(code)" frozen 'frozen when done'
is "$(ixn-data "$id" --get order)" 13 'and readable'
done_testing
