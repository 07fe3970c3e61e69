#!/bin/sh
# Row 63: capacity. No rule: one call and nothing else; with rules, what they
# say; two offers never overfill.
# covers: agent-login, agent-state, ixn-create, ixn-accept, ixn-done, ixn-transfer
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
done_testing
