#!/bin/sh
# covers: ixn-watch
# Events as they happen: from where, until when, which, and what is run at them.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","capacity":{"chat":9}}],"queues":[{"name":"sales"}]}
J
ready alice
a=$(create --queue sales --from ann@example.org --text Hello)
b=$(create --queue sales --from bea@example.org --text 'Good day')
ok as alice ixn-accept "$a"
watch() { ixn-watch --after 0 --timeout 0s --json "$@"; }

is "$(watch --ixn "$a" | jq -r .event | paste -sd ' ')" 'ixn.created chat.message offer.created offer.accepted' 'what happened to one'
is "$(watch --ixn "$a" --ixn "$b" --event chat.message | jq -r .text)" 'Hello
Good day' 'messages with their text, of two'
is "$(watch --event offer --ixn "$a" | jq -r .event | paste -sd ' ')" 'offer.created offer.accepted' 'a noun stands for all its events'
is "$(watch --event ixn.created --event offer.accepted --ixn "$a" | jq -r .event | paste -sd ' ')" 'ixn.created offer.accepted' 'several names'
is "$(watch --ixn "$a" | jq -c '[.at, .agent, .actor_kind]' | tail -n 1)" '["2026-11-21T09:00:04.000Z","alice","agent"]' 'when, who'
is "$(watch | jq -r .seq)" "$(watch | jq -r .seq | sort -n)" 'in order'
second=$(watch --ixn "$a" | jq -r .seq | sed -n 2p)
is "$(watch --ixn "$a" --after "$second" | jq -r .event | paste -sd ' ')" 'offer.created offer.accepted' '--after goes on where another stopped'
is "$(ixn-watch --timeout 0s; echo $?)" 0 'from now on there is nothing'
is "$(ixn-watch --after 0 --timeout 0s --ixn "$a" | sed -n 2p | cut -f 3-7)" "chat.message	$a		contact	Hello" 'as text'
is "$(as alice ixn-watch --after 0 --timeout 0s --ixn @ --ids | wc -l)" 4 'the current one'
is "$(ixn-watch --after 0 --timeout 0s --ixn "$(printf %s "$a" | tail -c 8)" --ids | wc -l)" 4 'an end of an id'
status 66 ixn-watch --after 0 --timeout 0s --ixn 01ARZ3NDEKTSV4RRFFQ69G5FAV
status 65 ixn-watch --after 0 --timeout 0s --ixn n-o-id
status 64 ixn-watch --after nonsense --timeout 0s
status 64 ixn-watch extra
ok ixn-watch --after 0 --ixn "$a" --event chat --until ixn.created --timeout 20s
is "$out" '' 'what ends it may be none of those asked for, and is not shown then'
for option in --until=ixn.accept --on=nonsense=true --event=offer.acc --event=chats; do
	status 64 ixn-watch "$option" --timeout 0s
	name=${option#--}
	like "$err" "${name%%=*}: .* is not an event of ixn-events" 'a name that no event has is refused, not waited for'
done

# Until.
ok ixn-watch --after 0 --until offer.accepted --json
is "$(printf '%s\n' "$out" | tail -n 1 | jq -r .event)" offer.accepted 'it stops behind the event'
status 1 ixn-watch --until ixn.done --timeout 100ms --json
is "$(code)" timed_out 'it has not come'
background ixn-watch --ixn "$a" --until ixn.done --json
watcher=$pid
wait_for sh -c "ixn-watch --after 0 --timeout 0s >/dev/null && kill -0 $watcher && grep -q SigCgt /proc/$watcher/status"
# Its beginning cannot be seen from outside: what is said is repeated until it is heard.
wait_for sh -c "chat-send $a --as-contact --text tick >/dev/null; grep -q tick $tmp/$watcher.out"
ok as alice chat-send "$a" --text 'Bye'
ok as '' chat-send "$b" --as-contact --text 'not watched'
ok as alice chat-end "$a"
ok as alice ixn-done "$a"
wait "$watcher"
is $? 0 'a watcher ends behind its event'
is "$(jq -r 'select(.text != "tick") | .event' "$tmp/$watcher.out" | paste -sd ' ')" 'chat.message chat.ended ixn.done' 'and saw what happened in another process'
unlike "$(cat "$tmp/$watcher.out")" 'not watched' 'of its own interaction only'

# Commands.
# shellcheck disable=SC2016
ok ixn-watch --after 0 --ixn "$a" --until ixn.done --on 'offer.created=cat >>created' --on 'chat=printf "%s\n" "$(jq -r .event)" >>chats' --on 'ixn.done=exit 3'
is "$(jq -c '[.event, .ixn]' created)" "[\"offer.created\",\"$a\"]" '--on: the event on standard input'
is "$(sort -u chats | paste -sd ' ')" 'chat.ended chat.message' 'a noun, too; what a command says does not stop the watch'
big=$(create --queue sales --from ann@example.org)
head -c 300000 /dev/zero | tr '\0' x >large
ok chat-send "$big" --as-contact --file large
ok ixn-watch --after 0 --ixn "$big" --until chat.message --on 'chat.message=true'
ok ixn-watch --after 0 --ixn "$big" --until chat.message --on 'chat.message=wc -c >size'
is "$([ "$(cat size)" -gt 300000 ]; echo $?)" 0 'a large event, read or not'
status 64 ixn-watch --on nothing --timeout 0s
ixn-watch --after 0 --ixn "$a" --timeout 0s --bell >/dev/null 2>bell
is "$(tr -d '\a' <bell | wc -c) $([ "$(wc -c <bell)" -gt 3 ]; echo $?)" '0 0' '--bell rings on standard error'
mkdir bin
printf '#!/bin/sh\nprintf "%%s|" "$@" >>notified\n' >bin/notify-send
chmod +x bin/notify-send
ok env PATH="$PWD/bin:$PATH" ixn-watch --after 0 --ixn "$a" --event ixn.created --notify --timeout 0s
is "$(cat notified)" "--app-name=ixn|--|ixn.created|$a|" '--notify: the desktop is told, the words as words'
ixn-watch --after 0 | head -n 1 >first
is "$(wc -l <first)" 1 'a closed pipe ends quietly'
done_testing
