#!/bin/sh
# Row 63: capacity. No rule: one call and nothing else; with rules, what they
# say: counts, conditions between media, shares; two offers never overfill.
# covers: agent-login, agent-state, ixn-create, ixn-accept, ixn-done, ixn-transfer, ixn-setup
# shellcheck disable=SC2119 # chat: its options are its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/routing.sh"

at 0
site '{"agents":[{"name":"nora"},{"name":"alice","capacity":{"chat":3}},{"name":"bob","capacity":{"chat":1,"email":2}},{"name":"zero","capacity":{"chat":0}}],"queues":[{"name":"q"}]}'
mail() { arrive --media email --from ann@example.org; }
call() { arrive --media voice --from +33140506070; }

# No rule.
login nora --media voice,chat,email --ready
is "$(presence nora medium,load,room,free)" 'chat 0 0 no
email 0 0 no
voice 0 1 yes' 'no rule: room for one call'
chat && c=$id
mail && m=$id
call && v=$id
call && v2=$id
is "$(holds "$c" "$m" "$v" "$v2")" 'queued, queued, offered nora, queued' 'one call and nothing else'
ok as nora ixn-accept
is "$(holds "$v2")" 'queued' 'the second call waits'
ok as nora ixn-done "$v"
is "$(holds "$v2")" 'offered nora' 'until the first is done'

# Three chats; the fourth waits until one is done. No rule for mail: none.
at 100000
login alice --media chat,email --ready
is "$(as alice ixn-list --offers --ids)" "$c" 'what waited'
chat && c2=$id
chat && c3=$id
chat && c4=$id
is "$(presence alice medium,load,room,free)" 'chat 3 0 no
email 0 0 no' 'offers count'
is "$(holds "$c" "$c2" "$c3" "$c4")" 'offered alice, offered alice, offered alice, queued' 'the fourth waits'
for id in "$c" "$c2" "$c3"; do
	ok as alice ixn-accept "$id"
done
is "$(holds "$c4" "$m")" 'queued, queued' 'accepting frees nothing; no mail without a rule for it'
ok as alice chat-end "$c2"
ok as alice agent-state ready
is "$(holds "$c4")" 'queued' 'nor does the end of the session'
ok as alice ixn-done "$c2"
is "$(holds "$c4")" 'offered alice' 'done does'
ok as alice ixn-reject "$c4"
is "$(presence alice medium,load,room)" 'chat 2 1
email 0 0' 'nor is a rejected offer counted'

# Media apart.
at 150000
login bob --ready
is "$(holds "$c4" "$m")" 'offered bob, offered bob' 'a chat and a mail'
chat && c5=$id
mail && m2=$id
mail && m3=$id
is "$(holds "$c5" "$m2" "$m3")" 'offered alice, offered bob, queued' 'each medium has room of its own'
login zero --ready
is "$(presence zero load,room,free)" '0 0 no' 'a rule of none'

# Handed over to one who is full: it waits for that one, and nobody else gets it.
at 300000
site '{"agents":[{"name":"alice","capacity":{"chat":1}},{"name":"bob","capacity":{"chat":1}},{"name":"cleo","capacity":{"chat":9}}],"queues":[{"name":"q"}]}'
login alice --ready
chat && a=$id
as alice ixn-accept >/dev/null
login bob --ready
chat && b=$id
as bob ixn-accept >/dev/null
after 1
ok as alice ixn-transfer "$a" --to agent:bob
is "$(holds "$a")" 'queued' 'bob is full'
login cleo --ready
is "$(holds "$a")" 'queued' 'it is for bob'
as bob chat-end "$b" >/dev/null
ok as bob ixn-done "$b"
is "$(holds "$a"), $(presence bob load,room)" 'offered bob, 1 0' 'bob has room'
is "$(offers "$a")" 'accepted alice, pending bob' 'as a transfer'
chat
is "$(holds "$id")" 'offered alice' 'who handed over has room'

# The rule shrinks below what is held: nothing is taken away, nothing new comes.
at 400000
site '{"agents":[{"name":"alice","capacity":{"chat":3}}],"queues":[{"name":"q"}]}'
login alice --ready
chat && a=$id
chat && b=$id
as alice ixn-accept "$a" >/dev/null
as alice ixn-accept "$b" >/dev/null
printf '%s\n' '{"agents":[{"name":"alice","capacity":{"chat":1}}]}' >"$tmp/more.json"
ok ixn-setup --load "$tmp/more.json"
chat && c=$id
is "$(holds "$a" "$b" "$c"), $(presence alice load,room)" 'active alice, active alice, queued, 2 0' 'two held, room for one'
as alice chat-end "$a" >/dev/null && as alice ixn-done "$a" >/dev/null
is "$(holds "$c")" 'queued' 'still full'
printf '%s\n' '{"agents":[{"name":"alice","capacity":{"chat":2}}]}' >"$tmp/more.json"
ok ixn-setup --load "$tmp/more.json"
is "$(holds "$c")" 'offered alice' 'and when it grows, what waits is offered'

# A login anew while work is open forgets none of it.
login alice --ready
is "$(presence alice load,room,free)" '2 0 no' 'load survives a login'
chat
is "$(holds "$id")" 'queued' 'nothing is overfilled'

# One medium blocks another: a chat keeps mail away, a call keeps all away.
at 500000
site '{"agents":[{"name":"alice","capacity_rule":"office"},{"name":"nora"}],"queues":[{"name":"q"}],"capacities":[{"name":"office","media":[
	{"name":"chat","max":3,"unless":"email | voice>=1"},{"name":"email","max":2,"unless":"chat"},{"name":"voice","max":1,"unless":"chat>=2 & email=0 | email>=2"}]}]}'
login alice --ready
is "$(presence alice medium,room,free)" 'chat 3 yes
email 2 yes
voice 1 yes' 'the media of the rule'
chat && c=$id
is "$(presence alice medium,load,room,free)" 'chat 1 2 yes
email 0 0 no
voice 0 1 yes' 'a chat is in the way of mail'
mail && m=$id
chat && c2=$id
is "$(presence alice medium,load,room,free)" 'chat 2 1 yes
email 0 0 no
voice 0 0 no' 'two are in the way of a call'
call && v=$id
is "$(holds "$c" "$m" "$c2" "$v")" 'offered alice, queued, offered alice, queued' 'conditions hold back'
ok as alice ixn-accept "$c"
ok as alice ixn-accept "$c2"
as alice chat-end "$c" >/dev/null && ok as alice ixn-done "$c"
is "$(holds "$m" "$v")" 'queued, offered alice' 'with one chat left the call comes, the mail does not'
is "$(presence alice medium,load,room)" 'chat 1 0
email 0 0
voice 1 0' 'the call blocks chats'
ok as alice ixn-accept "$v"
ok as alice ixn-done "$v"
as alice chat-end "$c2" >/dev/null && ok as alice ixn-done "$c2"
is "$(holds "$m")" 'offered alice' 'the mail comes when no chat is left'
chat && c=$id
is "$(holds "$c")" 'queued' 'and blocks chats'

# More in hand may give room for something else: that is looked at then, too.
at 550000
site '{"agents":[{"name":"alice","capacity_rule":"odd"}],"queues":[{"name":"q"}],"capacities":[{"name":"odd","media":[
	{"name":"chat","max":3,"unless":"voice=1"},{"name":"voice","max":2}]}]}'
login alice --media voice,chat --ready
call && v=$id
chat && c=$id
chat && c2=$id
is "$(holds "$v" "$c" "$c2")" 'offered alice, queued, queued' 'one call is in the way'
call && v2=$id
is "$(holds "$v2" "$c" "$c2")" 'offered alice, offered alice, offered alice' 'two are not'

# Shares: three chats leave room for one more chat, for no mail, for no call.
at 600000
site '{"agents":[{"name":"alice","capacity_rule":"shares"}],"queues":[{"name":"q"}],"capacities":[{"name":"shares","media":[
	{"name":"voice","takes":100,"needs":50},{"name":"chat","takes":25},{"name":"email","takes":25,"needs":100}]}]}'
login alice --ready
is "$(presence alice medium,room)" 'chat 4
email 1
voice 1' 'room of one who is idle'
chat && c=$id
chat && c2=$id
is "$(presence alice medium,load,room)" 'chat 2 2
email 0 0
voice 0 1' 'half is free: a call fits'
chat && c3=$id
is "$(presence alice medium,load,room)" 'chat 3 1
email 0 0
voice 0 0' 'a quarter is free: one more chat, no mail, no call'
mail && m=$id
call && v=$id
chat && c4=$id
chat && c5=$id
is "$(holds "$m" "$v" "$c4" "$c5")" 'queued, queued, offered alice, queued' 'as the room said'
for id in "$c" "$c2"; do
	ok as alice ixn-accept "$id"
	as alice chat-end "$id" >/dev/null
done
ok as alice ixn-done "$c"
is "$(holds "$v" "$c5")" 'queued, offered alice' 'a quarter is free again: the chat comes'
for id in "$c3" "$c4" "$c5"; do
	as alice ixn-accept "$id" >/dev/null
done
ok as alice ixn-done "$c2"
is "$(holds "$m" "$v")" 'queued, queued' 'a quarter does not do for a call'
as alice chat-end "$c3" >/dev/null && ok as alice ixn-done "$c3"
is "$(holds "$m" "$v")" 'queued, offered alice' 'half does'
is "$(presence alice medium,room)" 'chat 0
email 0
voice 0' 'which takes all, and more than there was'

# A rule that changes takes effect at once: what is too much stays, nothing more comes.
at 700000
site '{"agents":[{"name":"alice","capacity_rule":"r"}],"queues":[{"name":"q"}],"capacities":[{"name":"r","media":[{"name":"chat","max":2}]}]}'
login alice --ready
chat && a=$id
chat && b=$id
chat && c=$id
as alice ixn-accept "$a" >/dev/null
as alice ixn-accept "$b" >/dev/null
load() { printf '%s\n' "$1" >"$tmp/more.json" && ixn-setup --load "$tmp/more.json"; }
ok load '{"capacities":[{"name":"r","media":[{"name":"chat","max":1}]}]}'
is "$out" "$(printf 'capacities\tr\tchanged')" 'the rule is changed'
is "$(holds "$a" "$b" "$c"), $(presence alice load,room,free)" 'active alice, active alice, queued, 2 0 no' 'two held, room for one'
as alice chat-end "$a" >/dev/null && as alice ixn-done "$a" >/dev/null
is "$(holds "$c")" 'queued' 'still full'
ok load '{"capacities":[{"name":"r","media":[{"name":"chat","max":2,"unless":"email"}]}]}'
is "$(holds "$c")" 'offered alice' 'it grows, and what waits is offered'

# The one way to say it replaces the other; both at once are refused.
ok load '{"agents":[{"name":"alice","capacity":{"chat":5}}]}'
is "$(presence alice load,room)" '2 3' 'counts instead of the rule'
is "$(ixn-setup --dump | jq -c '.agents[0] | [.capacity, .capacity_rule]')" '[{"chat":5},null]' 'the rule is named no more'
ok load '{"agents":[{"name":"alice","capacity_rule":"r"}]}'
is "$(presence alice load,room), $(ixn-setup --dump | jq -c '.agents[0] | [.capacity, .capacity_rule]')" '2 0, [null,"r"]' 'and back'
status 65 load '{"agents":[{"name":"alice","capacity_rule":"r","capacity":{"chat":5}}]}'
like "$err" 'agents: alice: has both capacity and capacity_rule' 'both at once'

# Round trip.
ok load '{"capacities":[{"name":"z","media":[{"name":"voice","takes":100,"needs":50},{"name":"chat","max":3,"unless":"email|voice>=1"},{"name":"email","max":0}],"colour":"red"}]}'
ixn-setup --dump >"$tmp/one.json"
is "$(jq -c '.capacities' "$tmp/one.json")" \
	'[{"name":"r","media":[{"name":"chat","max":2,"unless":"email"}]},{"name":"z","media":[{"name":"voice","takes":100,"needs":50},{"name":"chat","max":3,"unless":"email|voice>=1"},{"name":"email","max":0}],"colour":"red"}]' 'dumped as loaded'
ok ixn-setup --load "$tmp/one.json"
is "$out" '' 'loading the dump changes nothing'

# What cannot be meant is refused with its place.
refused() {
	status 65 load "{\"capacities\":[{\"name\":\"x\",\"media\":[$1]}]}"
	like "$err" "$2" "refused: $1"
}
refused '' 'capacities: x: has no media'
refused '{"name":"chat","max":1},{"name":"chat","max":2}' 'capacities: x\.chat: stands there twice'
refused '{"name":"chat"}' 'capacities: x\.chat: has no limit'
refused '{"name":"chat","unless":"voice"}' 'capacities: x\.chat: has no limit'
refused '{"name":"chat","max":-1}' 'capacities: x\.chat\.max: is not between'
refused '{"name":"chat","max":10000}' 'capacities: x\.chat\.max: is not between'
refused '{"name":"chat","takes":101}' 'capacities: x\.chat\.takes: is no percentage'
refused '{"name":"chat","takes":20,"needs":101}' 'capacities: x\.chat\.needs: is no percentage'
refused '{"name":"chat","takes":-5}' 'capacities: x\.chat\.takes: is no percentage'
refused '{"name":"chat","max":1,"unless":"email |"}' "capacities: x\.chat\.unless: 'email \|': a skill is missing at character 8"
refused '{"name":"chat","max":1,"unless":"email>=3 & email<2"}' 'capacities: x\.chat\.unless: can never be so'
refused '{"name":"chat","max":1,"unless":"email | email=0"}' 'capacities: x\.chat\.unless: would never let one through'
refused '{"name":"chat","max":1,"unless":"chat<1"}' 'capacities: x\.chat\.unless: would never let one through'
refused '{"name":"chat","max":1,"minimum":1}' 'capacities\[0\]\.media\[0\]: minimum: no such field'
refused '{"max":1}' 'capacities\[0\]\.media\[0\]: name: is missing'
status 65 load '{"agents":[{"name":"bob","capacity_rule":"nowhere"}]}'
like "$err" "agents: bob: capacity_rule 'nowhere': is no item of capacities" 'a rule that is not there'
is "$(ixn-setup --dump | jq -c '[.agents[].name]')" '["alice"]' 'and nothing is loaded'
printf '%s\n' '{"capacities":[{"name":"z","media":[{"name":"chat","max":1}]}]}' >"$tmp/more.json"
status 65 ixn-setup --load "$tmp/more.json" --replace
like "$err" "agents: alice: capacity_rule 'r': is no item of capacities" 'nor is one taken away that is named'
ok load '{"capacities":[{"name":"x","media":[{"name":"chat","max":0},{"name":"email","max":1,"unless":"chat=2"},{"name":"sms","takes":0,"max":3}]}]}'
done_testing
